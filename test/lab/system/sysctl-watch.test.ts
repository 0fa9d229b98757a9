import { firstValueFrom, take, takeUntil, timer, toArray, type Observable } from "rxjs"
import { afterEach, beforeEach, expect, test } from "vitest"
import { linkSysctlPath, type LinkSysctlName } from "../../../src/system/link-sysctls.ts"
import { sysctlLapses } from "../../../src/system/sysctl-watch.ts"
import { writeSysctl } from "../../../src/system/sysctl.ts"
import { ip } from "./private-network.ts"

/** In the lab's own namespace (see private-network.ts), under a name that no other test uses. */
const device = "lapse0"
const set = (name: LinkSysctlName, value: string) => writeSysctl(linkSysctlPath(device, name), value)

beforeEach(async () => {
  await ip(`link add ${device} type veth peer name lapse1`)
  await set("rp_filter", "2")
  await set("src_valid_mark", "1")
})

afterEach(() => ip(`link del ${device}`))

const all = (lapses$: Observable<void>) => firstValueFrom(lapses$.pipe(toArray()))

test("nothing is told while the links have what they need, or are not there", async () => {
  expect(await all(sysctlLapses([device, "nosuch0"], 10).pipe(takeUntil(timer(500))))).toEqual([])
})

test.each([
  ["rp_filter", "1"],
  ["src_valid_mark", "0"],
] as const)("%s at %s is told at every look", async (name, value) => {
  await set(name, value)
  expect(await all(sysctlLapses([device], 10).pipe(take(3)))).toHaveLength(3)
})
