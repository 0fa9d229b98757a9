import { execPath } from "node:process"
import { firstValueFrom } from "rxjs"
import { expect, test } from "vitest"
import type { Status } from "../../src/core/status-shape.ts"
import { evenkeel } from "../../src/lab/agent.ts"
import { blackhole } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { untilState } from "./support/journal.ts"
import { twoLinks, withScene } from "./support/scene.ts"

const WEB = "1.1.1.1"
const NAMES = "9.9.9.9"

/** Answers every request with this status and Location, and every question with this address. */
const SERVERS = `
  const [status, location, data, web, names] = process.argv.slice(1)
  const { decode, encode } = require("dns-packet")
  const { createSocket } = require("node:dgram")
  const dns = createSocket("udp4").on("message", (query, { address, port }) => {
    const { id, questions } = decode(query)
    const answers = [{ type: "A", name: questions[0].name, ttl: 60, data }]
    dns.send(encode({ type: "response", id, questions, answers }), port, address)
  })
  require("node:http").createServer((_, response) => response.writeHead(Number(status), { location }).end()).listen(80, web)
  dns.bind(53, names, () => console.log("ready"))`

async function serve(lab: Lab, namespace: string, ...args: readonly string[]): Promise<void> {
  const child = await lab.spawn(namespace, execPath, ["--eval", SERVERS, ...args])
  await firstValueFrom(child.lines$)
}

const internet = (lab: Lab) => serve(lab, "inet", "204", "", WEB, WEB, NAMES)

/** Whoever has not paid is sent to the provider's own page, and told that every name is there. */
async function demandPayment(lab: Lab, link: string): Promise<void> {
  const { namespace, lease } = lab.link(link)
  await serve(lab, namespace, "302", "http://portal.example/pay?customer=4711", lease.gateway, "0.0.0.0", lease.gateway)
  await setPortal(lab, namespace, "-A")
}

async function setPortal(lab: Lab, namespace: string, action: "-A" | "-D"): Promise<void> {
  for (const [protocol, port] of [
    ["tcp", "80"],
    ["udp", "53"],
  ] as const) {
    const rule = ["PREROUTING", "-i", "lan", "-p", protocol, "--dport", port, "-j", "REDIRECT"]
    await lab.exec(namespace, "iptables", ["-t", "nat", action, ...rule])
  }
}

const probes = [
  { http: "http://check.example/generate_204", expect: 204, resolver: NAMES },
  { dns: { server: NAMES, name: "check.example", answer: WEB } },
]

test("a captive portal takes a link down, its end brings it back, and a dead line is found as by any other probe", async () => {
  const overrides = { top: { probes, health: { upAfter: "1s" } } }
  await withScene(
    twoLinks,
    overrides,
    async ({ lab, agent }) => {
      const portal = untilState(agent, "isp1", "down")
      await demandPayment(lab, "isp1")
      const words =
        "HTTP 302 to http://portal.example: a captive portal\\?|the name server says 192.168.1.1, not 1.1.1.1"
      const reason = new RegExp(`^no target answered as it should for \\d\\.\\d s: (${words})$`)
      expect(await portal).toMatchObject({ reason: expect.stringMatching(reason) as string })
      const { links } = JSON.parse((await evenkeel(lab, "status", "--json")).stdout) as Status
      expect(links.map(({ share }) => share)).toEqual([0, 1])
      expect(links[0]?.targets).toMatchObject([
        {
          probe: "http http://check.example/generate_204",
          state: "wrong",
          trouble: expect.stringContaining("HTTP 302") as string,
        },
        {
          probe: "dns check.example @9.9.9.9",
          state: "wrong",
          trouble: "the name server says 192.168.1.1, not 1.1.1.1",
        },
      ])
      const { stdout } = await evenkeel(lab, "explain", "isp1")
      expect(stdout).toMatch(
        /http http:\/\/check\.example\/generate_204 +wrong +.* HTTP 302 to http:\/\/portal\.example: a captive/,
      )

      const back = untilState(agent, "isp1", "up")
      await setPortal(lab, lab.link("isp1").namespace, "-D")
      await back

      const dead = untilState(agent, "isp2", "down")
      await blackhole(lab, "isp2")
      expect(await dead).toMatchObject({ reason: expect.stringMatching(/^no target answered for/) as string })
    },
    internet,
  )
})
