import { execPath } from "node:process"
import { describe, expect, test } from "vitest"
import type { Lab } from "../../src/lab/lab.ts"
import { program } from "../../src/lab/paths.ts"
import { evenkeel, evenkeelJson } from "./support/command.ts"
import { untilState } from "./support/journal.ts"
import { until } from "./support/rules.ts"
import { twoLinksIpv6, withScene } from "./support/scene.ts"
import { used } from "./support/stories.ts"

const advertiseProgram = program("enter").replace("src/lab/enter", "test/lab/support/advertise")
const device = "eth0"

/** isp1's modem tells of a router at this address; a lifetime of 0 s: of none any more. */
async function advertise(lab: Lab, router: string, lifetimeS: number): Promise<void> {
  const words = ["--device=lan", `--router=${router}`, "--prefix=2001:db8:1::", `--lifetime=${lifetimeS}`]
  await lab.exec("isp1", execPath, [advertiseProgram, ...words])
}

/** From now on IPv6 of this link is what the kernel itself makes of advertisements. */
async function forgetStaticIpv6(lab: Lab): Promise<void> {
  const { address, gateway } = lab.link("isp1").lease6
  await lab.ip("rtr", [`route del default via ${gateway} dev ${device}`, `addr del ${address}/64 dev ${device}`])
  await lab.ip("isp1", ["addr add fe80::99/64 dev lan"])
}

async function shown(lab: Lab, ...words: readonly string[]): Promise<string> {
  return (await lab.exec("rtr", "ip", ["-6", ...words])).stdout
}

const ownRoute = (lab: Lab) => shown(lab, "route", "show", "table", "101")

/** Counts what the router asks its neighbours, and what of that bears a mark or is tracked; and advertisements that came in. */
const COUNTERS = [
  ["asked", "-A OUTPUT -p icmpv6 --icmpv6-type 135"],
  ["marked", "-A OUTPUT -p icmpv6 --icmpv6-type 135 -m mark ! --mark 0x0/0xff"],
  ["tracked", "-A OUTPUT -p icmpv6 --icmpv6-type 135 -m conntrack ! --ctstate UNTRACKED"],
  ["heard", "-A INPUT -p icmpv6 --icmpv6-type 134 -m hl --hl-eq 255"],
] as const

async function count(lab: Lab): Promise<void> {
  const rules = COUNTERS.map(([name, rule]) => `${rule} -m comment --comment count-${name}`)
  await lab.exec("rtr", "ip6tables-restore", ["--noflush"], { input: ["*mangle", ...rules, "COMMIT", ""].join("\n") })
}

async function counted(lab: Lab): Promise<Readonly<Record<string, number>>> {
  const { stdout } = await lab.exec("rtr", "ip6tables-save", ["-c", "-t", "mangle"])
  const found = stdout.matchAll(/^\[(\d+):\d+\] .*count-(\w+)/gm)
  return Object.fromEntries([...found].map(([, packets, name = ""]) => [name, Number(packets)]))
}

describe("gateway6: auto", () => {
  test("follows router advertisements, which pass untouched; doctor tells when the kernel does not take them", async () => {
    await withScene(twoLinksIpv6, { top: { health: { upAfter: "1s" } } }, async scene => {
      const { lab, agent } = scene
      await count(lab)
      const gone = untilState(agent, "isp1", "down")
      await forgetStaticIpv6(lab)
      await gone

      await advertise(lab, "fe80::1", 1800)
      const found = (await evenkeel(lab, "doctor")).stdout
      expect(found).toMatch(/^warning +isp1 +no IPv6 by eth0: the kernel passes over router advertisements/m)
      const remedy = /sysctl -w (net\/ipv6\S+=2)/.exec(found)?.[1] ?? ""
      await lab.exec("rtr", "sysctl", ["-qw", remedy])

      const back = untilState(agent, "isp1", "up")
      await advertise(lab, "fe80::1", 1800)
      await back
      expect(await ownRoute(lab)).toMatch(/^default via fe80::1 dev eth0/)
      expect(await shown(lab, "addr", "show", "dev", device, "scope", "global")).toMatch(/2001:db8:1:.* dynamic/)
      expect(await used(scene)).toEqual(["isp1", "isp2"])

      const withdrawn = untilState(agent, "isp1", "down")
      await advertise(lab, "fe80::1", 0)
      expect(await withdrawn).toMatchObject({ reason: "no gateway" })
      expect(await used(scene)).toEqual(["isp2"])

      const followed = untilState(agent, "isp1", "up")
      await advertise(lab, "fe80::99", 1800)
      await followed
      await until(async () => (await ownRoute(lab)).startsWith("default via fe80::99 dev eth0"), 2_000)
      const { links } = (await evenkeelJson(lab, "status")) as { links: readonly { ipv6: { gateway: string } }[] }
      expect(links[0]?.ipv6.gateway).toBe("fe80::99")
      expect(await used(scene)).toEqual(["isp1", "isp2"])

      const { asked = 0, heard = 0, ...touched } = await counted(lab)
      expect(asked).toBeGreaterThan(0)
      expect(heard).toBe(4)
      expect(touched).toEqual({ marked: 0, tracked: 0 })
    })
  })
})
