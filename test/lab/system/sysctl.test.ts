import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { readSysctl, writeSysctl } from "../../../src/system/sysctl.ts"
import { ip } from "./private-network.ts"

/** In the lab's own namespace (see private-network.ts), under a name that no other test uses, with a dot as VLANs have. */
const device = "sysctl0.7"
const path = `net/ipv4/conf/${device}/rp_filter`

beforeAll(() => ip(`link add ${device} type veth peer name sysctl0.8`))
afterAll(() => ip(`link del ${device}`))

describe("sysctl", () => {
  it("writes an interface's setting although its name has a dot", async () => {
    for (const value of ["1", "2", "0"]) {
      await writeSysctl(path, value)
      expect(await readSysctl(path)).toBe(value)
    }
  })

  it("reports a value that the kernel refuses", async () => {
    await expect(writeSysctl(path, "x")).rejects.toThrow(/^cannot write x to .*EINVAL/)
  })
})
