import { afterAll, beforeAll, expect, test } from "vitest"
import { firstValueFrom, take, toArray } from "rxjs"
import { setTimeout as sleep } from "node:timers/promises"
import { configure, evenkeel, labConfig } from "../../src/lab/agent.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import { startClient, startServer } from "../../src/lab/users.ts"
import type { HoldEvent } from "../../src/lab/traffic/report.ts"

let lab: Lab

beforeAll(async () => {
  lab = await buildLab({ links: [{ name: "isp1" }, { name: "isp2" }] })
  await startServer(lab)
})

afterAll(() => lab.dispose())

/** A router as it was before evenkeel: its own masquerading, everything by the best default route. */
async function masqueradeByHand(): Promise<void> {
  for (const { interface: device } of lab.links)
    await lab.exec("rtr", "iptables", ["-t", "nat", "-A", "POSTROUTING", "-o", device, "-j", "MASQUERADE"])
}

test("flows that are older than evenkeel stay on their link when it is set up, and are taken on there", async () => {
  const count = 20
  await masqueradeByHand()
  const client = await startClient(lab, "hold", { count })
  const events: HoldEvent[] = []
  client.reports$.subscribe(event => events.push(event))
  const opened = await firstValueFrom(client.reports$.pipe(take(count), toArray()))
  expect(opened.map(event => event.kind === "open" && lab.linkOf(event.via))).toEqual(Array(count).fill("isp1"))

  await configure(lab, labConfig(lab))
  await evenkeel(lab, "apply")
  await sleep(2000)

  expect(events.filter(event => event.kind !== "open")).toEqual([])
  const marks = await lab.conntrack("-p", "tcp", "--orig-src", "10.0.0.50", "--state", "ESTABLISHED")
  expect(marks).toHaveLength(count)
  expect(marks.filter(line => !/ mark=1 /.test(`${line} `))).toEqual([])
})
