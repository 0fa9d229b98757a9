import { setTimeout as sleep } from "node:timers/promises"
import { lastValueFrom, take, toArray } from "rxjs"
import { expect, test } from "vitest"
import { configure, labConfig, startAgent } from "../../src/lab/agent.ts"
import { blackhole } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { lan6 } from "../../src/lab/topology.ts"
import { runClient, startClient, type ClientOptions } from "../../src/lab/users.ts"
import { evenkeel, evenkeelJson } from "./support/command.ts"
import { eventsSince, journal, lastSeq, untilEvent, untilState } from "./support/journal.ts"
import { rules, until } from "./support/rules.ts"
import { threeLinks, twoLinks, twoLinksIpv6, untilSettled, withScene } from "./support/scene.ts"
import { stories } from "./support/stories.ts"

const [other, pc] = ["10.0.0.50", "10.0.0.51"]
const threeLinksTwoHosts = { ...threeLinks, clientAddresses: [other, pc] }

/** Which links 100 new flows take, and how many of them; `none`: refused. */
async function flows(lab: Lab, options: ClientOptions = {}): Promise<Readonly<Record<string, number>>> {
  const { via, failed } = await runClient(lab, "flows", { count: 100, ...options })
  const byLink = Object.entries(via).map(([address, count]) => [lab.linkOf(address) ?? address, count])
  return { ...(Object.fromEntries(byLink) as Record<string, number>), ...(failed > 0 && { none: failed }) }
}

const pin = async (lab: Lab, ...words: readonly string[]) => {
  const { stdout, stderr, exitCode } = await evenkeel(lab, "pin", ...words)
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 })
  return stdout
}
test("a pin leads all new flows of its source, moves none, outlives a crash, fails over and is taken back", async () => {
  await withScene(threeLinksTwoHosts, {}, async ({ lab, agent }) => {
    const holding = await startClient(lab, "hold", { count: 30, every: 100, from: pc })
    const held = holding.reports$.pipe(toArray())
    await lastValueFrom(holding.reports$.pipe(take(30), toArray()))

    expect(await pin(lab, "add", pc, "isp3,isp2")).toMatch(
      /^pin1: new flows from 10\.0\.0\.51 go over isp3, else isp2; .*\nOpen connections stay .* evenkeel pin remove pin1\n$/,
    )
    await until(async () => (await rules(lab)).includes("EVENKEEL_P1"), 5_000)
    expect(await flows(lab, { from: pc })).toEqual({ isp3: 100 })
    expect(Object.keys(await flows(lab, { from: other })).length).toBeGreaterThan(1)
    holding.child.kill("SIGTERM")
    expect(new Set((await lastValueFrom(held)).map(({ kind }) => kind))).toEqual(new Set(["open"]))

    agent.child.kill("SIGKILL")
    await agent.child.exited
    expect(await evenkeelJson(lab, "status")).toMatchObject({
      pid: null,
      rulesInSync: true,
      overrides: [{ kind: "pin", name: "pin1", match: { from: [pc] } }],
    })
    expect(await evenkeelJson(lab, "plan")).toMatchObject({ iptables: "", ip: [], sysctls: [] })
    const afterSeq = lastSeq(agent)
    const again = await startAgent(lab, labConfig(lab))
    await untilSettledAgain(lab, again, afterSeq)
    expect(await flows(lab, { from: pc })).toEqual({ isp3: 100 })
    expect(JSON.parse(await pin(lab, "list", "--json"))).toMatchObject([{ name: "pin1", use: ["isp3", "isp2"] }])

    const down = untilState(again, "isp3", "down")
    await blackhole(lab, "isp3")
    await down
    expect(await flows(lab, { from: pc })).toEqual({ isp2: 100 })
    await pin(lab, "remove", "pin1")
    await until(async () => !(await rules(lab)).includes("EVENKEEL_NEW"), 5_000)
    expect(Object.keys(await flows(lab, { from: pc })).sort()).toEqual(["isp1", "isp2"])
    const told = journal(again).filter(({ type }) => /^override\.|^rules\./.test(type))
    expect(told.map(({ type }) => type)).toEqual(["override.set", "override.cleared"])
  })
})

/** Its rules stand already, so none are applied. */
const untilSettledAgain = (lab: Lab, agent: Parameters<typeof untilSettled>[1], afterSeq: number) =>
  Promise.all(
    lab.links.map(link =>
      untilEvent(agent, event => event.type === "link.state" && event.link === link.name && event.to === "up", {
        afterSeq,
      }),
    ),
  )

test("a pin is for both families, the newest goes first, and ends by itself", async () => {
  await withScene(twoLinksIpv6, {}, async ({ lab, agent }) => {
    const rulesOfBoth = async () => [await rules(lab), (await lab.exec("rtr", "ip6tables-nft-save", [])).stdout]
    const untilBoth = (isSo: (text: string) => boolean) => until(async () => (await rulesOfBoth()).every(isSo), 5_000)
    const both = async () => [await flows(lab), await flows(lab, { server: "1.1.1.1" })]
    await pin(lab, "add", "tcp:9000", "isp1")
    await pin(lab, "add", lan6.client, "isp2")
    await untilBoth(text => text.includes("EVENKEEL_P2"))
    expect(await both()).toEqual([{ isp2: 100 }, { isp1: 100 }])
    expect(await pin(lab, "list")).toMatch(/^PIN .*\npin2 +from fd00:10::50 +isp2 .*\npin1 +of tcp to port 9000 +isp1 /)
    await pin(lab, "remove", "all")
    await pin(lab, "add", "tcp:9000", "isp2", "--for", "2s")
    const over = await untilEvent(agent, event => event.type === "override.cleared" && event.why.includes("time"))
    expect(over).toMatchObject({ kind: "pin", name: "pin1", why: "its time is over" })
    await untilBoth(text => !text.includes("EVENKEEL_NEW"))
    expect((await both()).map(byLink => Object.keys(byLink).length)).toEqual([2, 2])
    expect(await pin(lab, "list")).toMatch(/^Nothing is pinned\. /)
  })
})

test("taking back a pin to a metered link gives its flows back at once, also where SNAT would hold them", async () => {
  const lte = { tier: 2, metered: true, nat: { snat: "192.168.3.2" } }
  const quick = { health: { upAfter: "2s" } }
  await withScene(threeLinksTwoHosts, { top: quick, links: { isp3: lte } }, async scene => {
    const { lab } = scene
    await pin(lab, "add", pc, "isp3")
    await until(async () => (await rules(lab)).includes("EVENKEEL_P1"), 5_000)
    const client = await startClient(lab, "hold", { count: 20, every: 100, from: pc })
    await lastValueFrom(client.reports$.pipe(take(20), toArray()))
    await pin(lab, "remove", "pin1")
    await sleep(4_000)
    const told = new Set((await stories(scene, client)).map(story => story.replace("stalled ", "")))
    expect([...told].sort()).toEqual(["isp3 broken isp1", "isp3 broken isp2"])
  })
})

test("a pin may refuse, goes when its set goes, and nonsense changes nothing", async () => {
  const sets = { video: ["8.8.8.0/24"] }
  await withScene(twoLinks, { top: { sets } }, async ({ lab, agent }) => {
    const ipRules = async () => (await lab.exec("rtr", "ip", ["rule"])).stdout
    const [before, rulesBefore] = [await rules(lab), await ipRules()]
    const refused = async (exitCode: number, text: RegExp, ...words: readonly string[]) => {
      expect(await evenkeel(lab, "pin", ...words)).toMatchObject({
        exitCode,
        stderr: expect.stringMatching(text) as string,
      })
    }
    await refused(2, /from\[0\]: found 10\.0\.0\.5\/24, .* write 10\.0\.0\.0\/24/, "add", "10.0.0.5/24", "isp1")
    await refused(2, /the configuration has isp1, isp2/, "add", pc, "isp9")
    await refused(2, /expected a source .* a set: video/, "add", "vidoe", "isp1")
    await refused(1, /nothing is pinned/, "remove", "pin1")
    expect([await rules(lab), await ipRules()]).toEqual([before, rulesBefore])

    await pin(lab, "add", "video", "isp2", "--if-down", "block")
    await until(async () => (await rules(lab)).includes("EVENKEEL_P1"), 5_000)
    expect(await ipRules()).toMatch(/fwmark 0xff\/0xff unreachable/)
    const down = untilState(agent, "isp2", "down")
    await blackhole(lab, "isp2")
    await down
    expect(await flows(lab, { server: "8.8.8.8", count: 20 })).toEqual({ none: 20 })
    expect(eventsSince(agent, 0).filter(({ type }) => type.startsWith("rules."))).toEqual([])

    const seq = lastSeq(agent)
    await configure(lab, labConfig(lab))
    agent.child.kill("SIGHUP")
    const cleared = await untilEvent(agent, ({ type }) => type === "override.cleared", { afterSeq: seq })
    expect(cleared).toMatchObject({ name: "pin1", why: expect.stringMatching(/^set: found video, expected/) as string })
    await until(async () => !(await rules(lab)).includes("EVENKEEL_NEW"), 5_000)
    expect(await flows(lab, { server: "8.8.8.8" })).toEqual({ isp1: 100 })
    await until(async () => (await ipRules()) === rulesBefore, 5_000)
    expect(eventsSince(agent, seq).filter(({ type }) => type === "rules.failed")).toEqual([])

    agent.child.kill("SIGTERM")
    await agent.child.exited
    await refused(1, /no agent runs/, "add", pc, "isp1")
    await refused(1, /No agent runs/, "list")
  })
})
