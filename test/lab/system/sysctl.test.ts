import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { effectiveRpFilter, readSysctl, rpFilterPath, writeSysctl } from "../../../src/system/sysctl.ts"
import { ip } from "./private-network.ts"

/** In the lab's own namespace (see private-network.ts), under a name that no other test uses, with a dot as VLANs have. */
const device = "sysctl0.7"

beforeAll(() => ip(`link add ${device} type veth peer name sysctl0.8`))
afterAll(() => ip(`link del ${device}`))

describe("sysctl", () => {
  it("writes an interface's setting although its name has a dot", async () => {
    for (const value of ["1", "2", "0"]) {
      await writeSysctl(rpFilterPath(device), value)
      expect(await readSysctl(rpFilterPath(device))).toBe(value)
    }
  })

  it("reckons with the larger of the interface's rp_filter and the one for all", async () => {
    const all = Number(await readSysctl(rpFilterPath("all")))
    await writeSysctl(rpFilterPath(device), "2")
    expect(await effectiveRpFilter(device)).toBe(2)
    await writeSysctl(rpFilterPath(device), "0")
    expect(await effectiveRpFilter(device)).toBe(all)
    expect(await effectiveRpFilter("nosuch0")).toBeNull()
  })

  it("reports a value that the kernel refuses", async () => {
    await expect(writeSysctl(rpFilterPath(device), "x")).rejects.toThrow(/^cannot write x to .*EINVAL/)
  })
})
