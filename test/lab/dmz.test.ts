import { setTimeout as sleep } from "node:timers/promises"
import { execPath } from "node:process"
import { firstValueFrom, take, toArray } from "rxjs"
import { expect, test } from "vitest"
import { carrierLoss } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { program } from "../../src/lab/paths.ts"
import type { HoldEvent } from "../../src/lab/traffic/report.ts"
import { startClient } from "../../src/lab/users.ts"
import { run } from "../../src/system/run.ts"
import { carriers, until } from "./support/rules.ts"
import { threeLinks, withScene } from "./support/scene.ts"

const dmzHost = "172.31.0.2"

/** A server behind the router's third side, which sees every guest under the router's own address. */
async function addDmz(lab: Lab): Promise<void> {
  await run("ip", ["netns", "add", `${lab.prefix}-dmz`])
  await lab.ip("rtr", [
    `link add dmz0 type veth peer name eth0 netns ${lab.prefix}-dmz`,
    "address add 172.31.0.1/24 dev dmz0",
    "link set dmz0 up",
  ])
  await lab.ip("dmz", [`address add ${dmzHost}/24 dev eth0`, "link set eth0 up", "route add default via 172.31.0.1"])
  await lab.exec("rtr", "iptables", ["-t", "nat", "-A", "POSTROUTING", "-o", "dmz0", "-j", "MASQUERADE"])
  const { lines$ } = await lab.spawn("dmz", execPath, [program("server")])
  await firstValueFrom(lines$)
}

test("flows from the LAN to a translated DMZ outlive the links whose marks they bear", async () => {
  await withScene(
    threeLinks,
    {},
    async ({ lab }) => {
      const count = 20
      const client = await startClient(lab, "hold", { count, every: 50, server: dmzHost })
      const events: HoldEvent[] = []
      client.reports$.subscribe(event => events.push(event))
      await firstValueFrom(client.reports$.pipe(take(count), toArray()))
      const flows = await lab.conntrack("-p", "tcp", "--orig-dst", dmzHost)
      expect(flows.filter(line => / mark=[12] /.test(`${line} `)).length).toBeGreaterThan(0)

      for (const [link, left] of [
        ["isp1", "2,3"],
        ["isp2", "3"],
      ] as const) {
        await carrierLoss(lab, link)
        await until(async () => (await carriers(lab)).join() === left, 5_000)
        await sleep(1_000)
      }
      expect(events.filter(({ kind }) => kind !== "open" && kind !== "stalled" && kind !== "resumed")).toEqual([])
      expect(events.filter(({ kind }) => kind === "open")).toHaveLength(count)
    },
    addDmz,
  )
})
