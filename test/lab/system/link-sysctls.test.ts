import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  effective,
  lackingSysctls,
  linkSysctlPath,
  strictOnes,
  writeSysctls,
} from "../../../src/system/link-sysctls.ts"
import { readSysctl, writeSysctl } from "../../../src/system/sysctl.ts"
import { ip } from "./private-network.ts"

/** In the lab's own namespace (see private-network.ts), under a name that no other test uses, with a dot as VLANs have. */
const device = "links0.7"
const [filter, mark] = [linkSysctlPath(device, "rp_filter"), linkSysctlPath(device, "src_valid_mark")]

let forAll: string | null

beforeEach(async () => {
  await ip(`link add ${device} type veth peer name links0.8`)
  forAll = await readSysctl(linkSysctlPath("all", "rp_filter"))
  await writeSysctl(linkSysctlPath("all", "rp_filter"), "0")
})

afterEach(async () => {
  await writeSysctl(linkSysctlPath("all", "rp_filter"), forAll ?? "")
  await ip(`link del ${device}`)
})

describe("lackingSysctls", () => {
  it.each([
    ["0", "0", []],
    ["1", "0", [`${filter}=2`, `${mark}=1`]],
    ["1", "1", [`${filter}=2`]],
    ["2", "0", [`${mark}=1`]],
    ["2", "1", []],
  ])("with rp_filter %s and src_valid_mark %s are %j", async (filterValue, markValue, lacking) => {
    await writeSysctl(filter, filterValue)
    await writeSysctl(mark, markValue)
    expect((await lackingSysctls([device, "nosuch0"])).map(({ path, value }) => `${path}=${value}`)).toEqual(lacking)
    expect(await strictOnes([device, "nosuch0"])).toEqual(filterValue === "1" ? [device] : [])
  })

  it("reckons with the larger of the interface's value and the one for all", async () => {
    await writeSysctl(filter, "0")
    await writeSysctl(linkSysctlPath("all", "rp_filter"), "1")
    expect(await effective(device, "rp_filter")).toBe(1)
    expect(await effective("nosuch0", "rp_filter")).toBeNull()
    expect((await lackingSysctls([device])).map(({ path }) => path)).toEqual([filter, mark])
  })
})

describe("writeSysctls", () => {
  it("writes what differs, says what, passes over interfaces that are gone, and goes on after a refusal", async () => {
    await writeSysctl(filter, "1")
    const refused = { path: filter, value: "x" }
    const same = { path: filter, value: "1" }
    const gone = { path: linkSysctlPath("nosuch0", "rp_filter"), value: "1" }
    const other = { path: mark, value: "1" }
    const { done, errors } = await writeSysctls([refused, same, gone, other])
    expect(done).toEqual([other])
    expect(String(errors)).toMatch(/^Error: cannot write x to .*EINVAL[^,]*(, [^,]*)?$/)
    expect(await readSysctl(mark)).toBe("1")
  })
})
