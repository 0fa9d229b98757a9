import { describe, expect, test } from "vitest"
import { parseDocument } from "yaml"
import { configure, labConfig } from "../../src/lab/agent.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { lastSeq, untilEvent } from "./support/journal.ts"
import { until } from "./support/rules.ts"
import { twoLinks, withScene, type Scene } from "./support/scene.ts"

/** Rules for marks and default routes of tables in the words of ip(8), in no order but the older first. */
type Routing = readonly string[]

const MARKED = /^(\d+): from all fwmark (\S+)\/0xff lookup (\d+)/
const DEFAULT = /^default .*dev (\S+) table (\d+)/
const DELETED = "Deleted "

/** `ip` puts tabs and spaces at its own discretion. */
const words = (line: string) => line.trim().replace(/\s+/g, " ")

async function routingOf(lab: Lab): Promise<Routing> {
  const print = async (...args: string[]) => (await lab.exec("rtr", "ip", ["-4", ...args])).stdout.split("\n")
  return [...(await print("rule")), ...(await print("route", "show", "table", "all"))].map(words)
}

function after(routing: Routing, change: string): Routing {
  if (!change.startsWith(DELETED)) return [...routing, change]
  const gone = routing.indexOf(change.slice(DELETED.length))
  return routing.filter((_, i) => i !== gone)
}

/** The interface by which packets with this mark leave: rules by priority, the older first (fib_nl_newrule). */
function wayOut(routing: Routing, mark: string): string {
  const rules = routing.flatMap(line => {
    const [, priority, found, table] = MARKED.exec(line) ?? []
    return found === mark ? [{ priority: Number(priority), table }] : []
  })
  const tables = rules.sort((a, b) => a.priority - b.priority).map(({ table }) => table)
  const routes = routing.map(line => DEFAULT.exec(line)).filter(found => found !== null)
  return tables.flatMap(table => routes.find(([, , found]) => found === table)?.[1] ?? [])[0] ?? "whatever main says"
}

/** @returns what the kernel says of rules and routes from now on until `act` is done. */
async function changesDuring(lab: Lab, act: () => Promise<unknown>): Promise<readonly string[]> {
  const changes: string[] = []
  const monitor = await lab.spawn("rtr", "ip", ["-4", "monitor", "rule", "route"])
  monitor.lines$.subscribe(line => changes.push(words(line)))
  const untilHeard = async (priority: number) => {
    await lab.ip("rtr", [`rule add pref ${priority} lookup 99`, `rule del pref ${priority}`])
    return changes.some(change => change.startsWith(`${DELETED}${priority}:`))
  }
  await until(() => untilHeard(9), 5_000)
  await act()
  await until(() => untilHeard(8), 5_000)
  monitor.kill()
  return changes
}

/** Routing goes before the event that tells of it. */
async function reload({ lab, agent }: Scene, yaml: string): Promise<void> {
  const afterSeq = lastSeq(agent)
  await configure(lab, yaml)
  agent.child.kill("SIGHUP")
  await untilEvent(agent, event => event.type === "config.reloaded", { afterSeq })
}

function reversed(lab: Lab): string {
  const document = parseDocument(labConfig(lab))
  const { links } = document.toJS() as { links: readonly unknown[] }
  document.set("links", links.toReversed())
  return document.toString()
}

const otherTables = (lab: Lab) => labConfig(lab, { links: { isp1: { table: 201 }, isp2: { table: 202 } } })

describe.each([
  ["puts the links into another order", reversed, "10001: from all fwmark 0x2/0xff lookup 102 proto 107"],
  ["gives the links other tables", otherTables, "10001: from all fwmark 0x1/0xff lookup 201 proto 107"],
])("a reload that %s", (_, changed, wanted) => {
  test("leaves no moment at which packets with a link's mark would go elsewhere", async () => {
    await withScene(twoLinks, {}, async scene => {
      const { lab } = scene
      const before = await routingOf(lab)
      const changes = await changesDuring(lab, () => reload(scene, changed(lab)))
      expect(changes).toContain(wanted)
      const moments = changes.reduce<readonly Routing[]>(
        (all, change) => [...all, after(all.at(-1) ?? before, change)],
        [before],
      )
      const ways = moments.map(routing => ["0x1", "0x2"].map(mark => wayOut(routing, mark)).join(" "))
      expect(ways).toEqual(moments.map(() => "eth0 eth1"))
      const ours = (routing: Routing) => routing.filter(line => line.includes("proto 107")).sort()
      expect(ours(moments.at(-1) ?? [])).toEqual(ours(await routingOf(lab)))
    })
  })
})
