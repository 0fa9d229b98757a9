import { execPath } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { filter, firstValueFrom, lastValueFrom, map, skip, take, toArray } from "rxjs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { ChainCounter } from "../../src/core/counters.ts"
import type { Flows } from "../../src/core/flows.ts"
import { monotonicMs } from "../../src/lab/clock.ts"
import { configure, evenkeel, labConfig, startAgent, type LabAgent } from "../../src/lab/agent.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { runClient, startServer } from "../../src/lab/users.ts"
import type { Child } from "../../src/system/run-child.ts"
import { evenkeel as attempt, evenkeelJson } from "./support/command.ts"
import { eventsSince, lastSeq } from "./support/journal.ts"
import { everything, rules, until } from "./support/rules.ts"
import { twoLinks, untilSettled, withLab } from "./support/scene.ts"

/** Starts a command of `debug` on the router. */
async function start(lab: Lab, ...words: readonly string[]): Promise<Child> {
  return lab.spawn("rtr", execPath, [agentProgram, "debug", "-c", `${lab.dir}/evenkeel.yaml`, ...words])
}

const isDebugged =
  (lab: Lab, backend: "nft" | "legacy" = "nft") =>
  async () =>
    (await rules(lab, backend)).includes("EVENKEEL_DEBUG")
const isClean =
  (lab: Lab, backend: "nft" | "legacy" = "nft") =>
  async () =>
    !(await isDebugged(lab, backend)())

/** Its own rules come last: by then it hears what happens. */
async function untilWatching(lab: Lab, { pid }: Child, backend: "nft" | "legacy" = "nft"): Promise<void> {
  await until(async () => new RegExp(`EVENKEEL_DEBUG_[A-Z]+_${pid}$`, "m").test(await rules(lab, backend)), 10_000)
}

async function outputOf(child: Child): Promise<readonly string[]> {
  return lastValueFrom(child.lines$.pipe(toArray()))
}

/** How often rules of `debug` have matched, jumps into its chains included. */
async function matched(lab: Lab): Promise<readonly number[]> {
  const { stdout } = await lab.exec("rtr", "iptables-nft-save", ["-c"])
  return [...stdout.matchAll(/^\[(\d+):\d+\] .*EVENKEEL_DEBUG/gm)].map(([, packets]) => Number(packets))
}

describe("beside an agent", () => {
  let lab: Lab
  let agent: LabAgent
  let before: Readonly<Record<string, string>>

  beforeAll(async () => {
    lab = await buildLab(twoLinks)
    await startServer(lab)
    agent = await startAgent(lab, labConfig(lab))
    await untilSettled(lab, agent)
    before = await everything(lab)
  })

  afterAll(() => lab.dispose())

  test("debug log shows each new flow once, with its link and its translated source, and ends by itself", async () => {
    const seq = lastSeq(agent)
    const log = await start(lab, "log", "--for", "4s", "--rate", "1000", "--proto", "tcp", "--dport", "9000")
    await untilWatching(lab, log)
    await runClient(lab, "flows", { count: 30 })
    const jumps = (await rules(lab)).split("\n").filter(line => / -j EVENKEEL_DEBUG_LOG/.test(line))
    expect(jumps.map(jump => jump.replace(/\d{4}-\S+|\d+$/g, "*"))).toEqual([
      "-A FORWARD -i lan0 -p tcp -m tcp --dport 9000 -m time --datestart * --datestop * -j EVENKEEL_DEBUG_LOG_*",
      "-A POSTROUTING -p tcp -m tcp --dport 9000 -m addrtype --src-type LOCAL -m time --datestart * --datestop * -j EVENKEEL_DEBUG_LOG_*",
    ])
    const { stdout } = await lab.exec("rtr", "iptables-nft-save", ["-c", "-t", "mangle"])
    const logged = [...stdout.matchAll(/^\[(\d+):\d+\] .*-j LOG --log-prefix "(.*)"$/gm)]
    const lines = await outputOf(log)
    expect(await log.exited).toMatchObject({ exitCode: 0 })
    expect(lines).toHaveLength(30)
    for (const [, packets, prefix = ""] of logged) {
      const shown = lines.filter(line => prefix === `evenkeel ${line.split("  ")[1] ?? ""}: `)
      expect(shown.length).toBe(Number(packets))
    }
    expect(lines[0]).toMatch(/^\S+ [\d:]+ {2}isp(\d) {2}tcp {3}10\.0\.0\.50:\d+ → 1\.1\.1\.1:9000, as 192\.168\.\1\.2$/)
    expect(await everything(lab)).toEqual(before)
    expect(eventsSince(agent, seq)).toEqual([])
  })

  test("debug log --link shows flows of that link alone, as JSON too, and Ctrl-C is no failure", async () => {
    const log = await start(lab, "log", "--link", "isp2", "--json")
    await untilWatching(lab, log)
    await runClient(lab, "flows", { count: 30 })
    log.kill("SIGINT")
    const flows = (await outputOf(log)).map(line => JSON.parse(line) as unknown)
    expect(await log.exited).toMatchObject({ exitCode: 0 })
    expect(flows.length).toBeGreaterThan(0)
    for (const flow of flows) expect(flow).toMatchObject({ link: "isp2", protocol: "tcp", repliesTo: "192.168.2.2" })
    expect(await isClean(lab)()).toBe(true)
  })

  test.each(["log", "trace"])("killed with SIGKILL, debug %s leaves nothing within 3 s", async command => {
    const child = await start(lab, command, "--from", "10.0.0.50", "--for", "1h")
    await untilWatching(lab, child)
    const startMs = monotonicMs()
    child.kill("SIGKILL")
    await child.exited
    await expect.poll(() => everything(lab), { timeout: 3_000, interval: 50 }).toEqual(before)
    console.log(`debug ${command}: nothing left ${(monotonicMs() - startMs).toFixed(0)} ms after SIGKILL`)
  })

  test("killed together with its helper, it matches nothing once its time is over, and the agent clears it away", async () => {
    const child = await start(lab, "log", "--for", "2s")
    await untilWatching(lab, child)
    await lab.exec("rtr", "sh", ["-c", `pkill -KILL -f "^sh -c read .*EVENKEEL_DEBUG_LOG_" ; kill -KILL ${child.pid}`])
    await child.exited
    await runClient(lab, "flows", { count: 5 })
    expect((await matched(lab))[0]).toBeGreaterThan(0)
    await sleep(3_500)
    const over = await matched(lab)
    await runClient(lab, "flows", { count: 5 })
    expect(await matched(lab)).toEqual(over)
    await sleep(2_000)
    // Any change of rules has the agent look.
    await lab.exec("rtr", "iptables", ["-t", "mangle", "-A", "FORWARD", "-j", "ACCEPT"])
    await lab.exec("rtr", "iptables", ["-t", "mangle", "-D", "FORWARD", "-j", "ACCEPT"])
    await until(isClean(lab), 5_000)
  })

  test("debug trace follows a flow from rule to rule, to its link, its route and its translated source", async () => {
    const trace = await start(
      lab,
      "trace",
      "--from",
      "10.0.0.50",
      "--to",
      "1.1.1.1",
      "--proto",
      "tcp",
      "--dport",
      "9000",
    )
    await untilWatching(lab, trace)
    await runClient(lab, "flows", { count: 1 })
    const lines = await outputOf(trace)
    expect(await trace.exited).toMatchObject({ exitCode: 0 })
    const text = lines.join("\n")
    const link = /^ {2}mangle LOAD_BALANCE {3,}.*: gets the mark of (isp\d)$/m.exec(text)?.[1] ?? ""
    const number = link.slice(-1)
    expect(lines[0]).toMatch(/^packet 1: 10\.0\.0\.50:\d+ → 1\.1\.1\.1:9000, in by lan0, no mark$/)
    expect(text).toMatch(/mangle EVENKEEL +in by lan0, no mark, to another host, of a new flow → LOAD_BALANCE\n/)
    expect(text).toMatch(new RegExp(`\\n +no mark ⇒ mark of ${link}, routed out by eth${Number(number) - 1}\\n`))
    expect(text).toMatch(/\npacket 2: /)
    expect(text).toContain(`\nIt left by eth${Number(number) - 1} with the mark of ${link}.\n`)
    expect(text).toMatch(
      new RegExp(`\\n {2}route .* via 192\\.168\\.${number}\\.1 dev eth${Number(number) - 1} .*mark`),
    )
    expect(text).toMatch(new RegExp(`\\n {2}source +becomes 192\\.168\\.${number}\\.2$`))
    expect(await everything(lab)).toEqual(before)
  })

  test("debug trace of a flow that never comes says so", async () => {
    const ended = await attempt(lab, "debug", "trace", "--from", "10.0.0.99", "--for", "1s")
    expect(ended).toMatchObject({ stdout: "", exitCode: 1 })
    expect(ended.stderr).toMatch(/no such packet came/)
  })

  test("flows --watch counts what came since the look before", async () => {
    const watch = await lab.spawn("rtr", execPath, [
      agentProgram,
      "flows",
      "-c",
      `${lab.dir}/evenkeel.yaml`,
      "--watch",
      "--json",
    ])
    const looks = watch.lines$.pipe(map(line => (JSON.parse(line) as Flows).links))
    await firstValueFrom(looks)
    const next = lastValueFrom(looks.pipe(skip(1), take(2), toArray()))
    await runClient(lab, "flows", { count: 40 })
    expect((await next).flat().reduce((sum, link) => sum + (link.newFlows ?? 0), 0)).toBe(40)
    watch.kill("SIGINT")
    expect(await watch.exited).toMatchObject({ exitCode: 0, stderr: "" })
  })

  test("debug counters counts what each rule matched, by chain", async () => {
    const drawn = async () =>
      ((await evenkeelJson(lab, "debug", "counters")) as readonly ChainCounter[])
        .filter(({ chain }) => chain === "LOAD_BALANCE")
        .reduce((sum, { packets }) => sum + packets, 0)
    const packets = await drawn()
    await runClient(lab, "flows", { count: 25 })
    expect((await drawn()) - packets).toBe(25)
    const { stdout } = await evenkeel(lab, "debug", "counters")
    expect(stdout).toMatch(/^TABLE +CHAIN +PACKETS +BYTES +RULE\n/)
    expect(stdout).toMatch(/^mangle +LOAD_BALANCE +\d+ +\S+( k)? +no mark, drawn \(70 %\): gets the mark of isp1$/m)
    expect(stdout).toMatch(/^nat +EVENKEEL_NAT +\d+ +\S+( k)? +out by eth0: its source becomes the link's address$/m)
  })
})

test("teardown takes rules of debug along, whoever made them and however long they were to last", async () => {
  await withLab(twoLinks, async lab => {
    await configure(lab, labConfig(lab))
    const before = await everything(lab)
    await evenkeel(lab, "apply")
    const log = await start(lab, "log", "--for", "1h")
    await untilWatching(lab, log)
    const trace = await start(lab, "trace", "--from", "10.0.0.50", "--for", "1h")
    await until(async () => (await rules(lab)).includes("EVENKEEL_DEBUG_TRACE"), 10_000)
    await evenkeel(lab, "teardown")
    expect(await isClean(lab)()).toBe(true)
    for (const child of [log, trace]) {
      child.kill("SIGTERM")
      await child.exited
    }
    expect(await everything(lab)).toEqual(before)
  })
})

test("with legacy iptables the rules are the same, and trace says where to read", async () => {
  await withLab(twoLinks, async lab => {
    await startServer(lab)
    await lab.exec("rtr", "iptables-legacy", ["-A", "FORWARD", "-s", "10.66.0.0/16", "-j", "DROP"])
    await configure(lab, labConfig(lab))
    await evenkeel(lab, "apply")
    const log = await start(lab, "log", "--for", "1h")
    await untilWatching(lab, log, "legacy")
    const first = firstValueFrom(log.lines$.pipe(filter(line => line.includes("1.1.1.1:9000"))))
    await runClient(lab, "flows", { count: 3 })
    expect(await first).toMatch(/ {2}isp\d {2}tcp /)
    log.kill("SIGKILL")
    await until(isClean(lab, "legacy"), 3_000)
    const trace = await attempt(lab, "debug", "trace", "--from", "10.0.0.50", "--for", "1s")
    expect(trace).toEqual({ stdout: "", exitCode: 0, stderr: expect.any(String) as string })
    expect(trace.stderr).toMatch(/legacy iptables, which traces to the kernel log/)
  })
})

test("a flow of IPv6 is traced like one of IPv4, whether it is steered or not", async () => {
  await withLab({ ...twoLinks, family: 6 }, async lab => {
    await startServer(lab)
    // A chain behind the routing decision, which alone tells where a packet leaves.
    await lab.exec("rtr", "ip6tables", ["-t", "mangle", "-A", "FORWARD", "-i", "lan0", "-j", "ACCEPT"])
    await configure(lab, labConfig(lab).replaceAll(/.*:.*:.*:.*:.*\n/g, ""))
    const trace = await start(lab, "trace", "--from", "fd00:10::50", "--to", lab.server, "--packets", "1")
    await until(async () => (await rules(lab)).includes("EVENKEEL_DEBUG_TRACE"), 10_000)
    await runClient(lab, "flows", { count: 1, server: lab.server, timeout: 500 })
    const text = (await outputOf(trace)).join("\n")
    expect(text).toMatch(/^packet 1: \[fd00:10::50\]:\d+ → \[2606:4700:4700::1111\]:9000, in by lan0, no mark\n/)
    expect(text).toMatch(
      /\nIt left by eth\d with no mark\.\n {2}route +2606:4700:4700::1111 from fd00:10::50 via fe80::1 /,
    )
    expect(await rules(lab)).not.toContain("DEBUG")
  })
})

test("debug log shows new flows of IPv6 where that is steered", async () => {
  await withLab({ ...twoLinks, family: 6 }, async lab => {
    await startServer(lab)
    await configure(lab, labConfig(lab))
    await evenkeel(lab, "apply")
    const log = await start(lab, "log", "--from", "fd00:10::/64", "--for", "1h")
    await until(async () => (await rules(lab)).includes("EVENKEEL_DEBUG_LOG"), 10_000)
    expect(await rules({ ...lab, family: 4 })).not.toContain("EVENKEEL_DEBUG")
    const first = firstValueFrom(log.lines$)
    await runClient(lab, "flows", { count: 1, server: lab.server })
    expect(await first).toMatch(
      / {2}isp\d {2}tcp {3}\[fd00:10::50\]:\d+ → \[2606:4700:4700::1111\]:9000, as 2001:db8:\d::2$/,
    )
    log.kill("SIGTERM")
    expect(await log.exited).toMatchObject({ exitCode: 0 })
    expect(await rules(lab)).not.toContain("DEBUG")
  })
})
