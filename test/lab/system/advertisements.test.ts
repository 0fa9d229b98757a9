import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { deafToRouters } from "../../../src/system/advertisements.ts"
import { writeSysctl } from "../../../src/system/sysctl.ts"
import { ip } from "./private-network.ts"

/** In the lab's own namespace (see private-network.ts), under a name that no other test uses, with a dot as VLANs have. */
const device = "heard0.7"
const set = (name: "accept_ra" | "forwarding", value: string) => writeSysctl(`net/ipv6/conf/${device}/${name}`, value)

beforeEach(() => ip(`link add ${device} type veth peer name heard0.8`))
afterEach(() => ip(`link del ${device}`))

describe("deafToRouters", () => {
  it.each([
    ["0", "0", true],
    ["0", "1", false],
    ["0", "2", false],
    ["1", "0", true],
    ["1", "1", true],
    ["1", "2", false],
  ])("with forwarding %s and accept_ra %s, an interface is: %s", async (forwarding, accept, isDeaf) => {
    await set("forwarding", forwarding)
    await set("accept_ra", accept)
    expect(await deafToRouters([device, "nosuch0"])).toEqual(isDeaf ? [device] : [])
  })
})
