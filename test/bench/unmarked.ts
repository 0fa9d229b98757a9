/**
 * Does a flow ever slip through while the chain is rewritten? 100 rewrites while a client begins 5,000 flows a second;
 * counted are forwarded packets that bear no mark. Beside it, the same with the chain flushed and filled rule by rule,
 * as scripts do. Run inside `src/lab/enter.ts`.
 */
import { dirname, join } from "node:path"
import { argv, execPath } from "node:process"
import { configure, evenkeel, labConfig } from "../../src/lab/agent.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import { lanInterface } from "../../src/lab/topology.ts"
import { startClient, startServer } from "../../src/lab/users.ts"
import { printTable } from "./figures.ts"

const REWRITES = 100
const RATE = 5000
const rewriter = join(dirname(argv[1] ?? ""), "rewriter.js")

async function measure(lab: Lab, way: "restore" | "flush"): Promise<readonly string[]> {
  const rule = ["-i", lanInterface, "-m", "mark", "--mark", "0x0/0xff"]
  await lab.exec("rtr", "iptables", ["-A", "FORWARD", ...rule])
  await lab.exec("rtr", "iptables", ["-A", "FORWARD", "-i", lanInterface])
  const client = await startClient(lab, "udp-flows", { rate: RATE, seconds: 600, label: way })
  const startMs = performance.now()
  await lab.exec("rtr", execPath, [rewriter, way, String(REWRITES)], { timeoutMs: 120_000 })
  const seconds = (performance.now() - startMs) / 1000
  client.child.kill("SIGTERM")
  await client.child.exited
  const [unmarked = 0, all = 0] = await counters(lab)
  await lab.exec("rtr", "iptables", ["-F", "FORWARD"])
  const name = way === "restore" ? "one iptables-restore (evenkeel)" : "flush and append (scripts)"
  return [name, String(REWRITES), String(all), Math.round(all / seconds).toString(), String(unmarked)]
}

async function counters(lab: Lab): Promise<readonly number[]> {
  const { stdout } = await lab.exec("rtr", "iptables-save", ["-c", "-t", "filter"])
  return [...stdout.matchAll(/^\[(\d+):\d+\] -A FORWARD/gm)].map(([, packets]) => Number(packets))
}

const lab = await buildLab({ links: [{ name: "isp1" }, { name: "isp2" }] })
try {
  await startServer(lab)
  await configure(lab, labConfig(lab))
  await evenkeel(lab, "apply")
  await lab.exec("rtr", "sysctl", ["-q", "-w", "net.netfilter.nf_conntrack_udp_timeout=2"])
  const rows = [await measure(lab, "restore"), await measure(lab, "flush")]
  printTable("Flows without a mark", ["", "rewrites", "flows", "a second", "without a mark"], rows)
} finally {
  await lab.dispose()
}
