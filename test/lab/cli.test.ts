import { execPath } from "node:process"
import { readFileSync } from "node:fs"
import { lastValueFrom, take, toArray } from "rxjs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Flows } from "../../src/core/flows.ts"
import type { Explanation, Status } from "../../src/core/status-shape.ts"
import { configure, labConfig, startAgent, type LabAgent } from "../../src/lab/agent.ts"
import { blackhole, carrierBack, carrierLoss, heal } from "../../src/lab/faults.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { runClient, startServer } from "../../src/lab/users.ts"
import { evenkeel, evenkeelJson } from "./support/command.ts"
import { untilState } from "./support/journal.ts"
import { until } from "./support/rules.ts"

const two = { links: [{ name: "isp1" }, { name: "isp2" }] }
let lab: Lab

const statusNow = async () => (await evenkeelJson(lab, "status")) as Status
const explanationOf = async (link: string) => (await evenkeelJson(lab, "explain", link)) as Explanation
const linesOf = async (...words: Parameters<typeof evenkeel> extends [Lab, ...infer W] ? W : never) =>
  (await evenkeel(lab, ...words)).stdout.split("\n")

describe("with an agent", () => {
  let agent: LabAgent

  beforeAll(async () => {
    lab = await buildLab(two)
    await startServer(lab)
    // Long enough for every test that looks at a link which proves itself.
    agent = await startAgent(lab, labConfig(lab, { top: { health: { upAfter: "60s" } } }))
    await until(async () => (await evenkeel(lab, "status")).stdout.match(/ answers /g)?.length === 8, 30_000, 200)
  })

  afterAll(() => lab.dispose())

  test("status shows the links, their targets and the split that the configuration asks for", async () => {
    const lines = await linesOf("status")
    expect(lines[0]).toBe("router  lab, site lab")
    expect(lines[1]).toMatch(/^agent {3}pid \d+, running for \d+s, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    expect(lines[2]).toMatch(/^rules {3}in sync/)
    expect(lines.find(line => line.startsWith("isp1 "))).toMatch(/ up \d+s +70 % +70 +0 % +[\d.]+ ms +[\d.]+ ms$/)
    expect(lines.filter(line => / {2}tcp 8\.8\.8\.8:53 +answers +0 % +[\d.]+ ms$/.test(line))).toHaveLength(2)
    expect(lines).toContain("  eth0, 192.168.1.2 via 192.168.1.1")
    const status = await statusNow()
    expect(status).toMatchObject({ router: "lab", rulesInSync: true, share: { connected: false }, peers: [] })
    expect(status.links.map(({ share }) => share)).toEqual([0.7, 0.3])
  })

  test("explain says how far a healthy link is from going down", async () => {
    const { stdout, exitCode } = await evenkeel(lab, "explain", "isp1")
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^isp1 is up: its targets answer\n/)
    expect(stdout).toMatch(/\nNow\n {2}last answer {2}[\d.]+ m?s ago +limit 1\.0 s: [\d.]+ m?s left\n/)
    expect(stdout).toContain("70 % of new flows go over it, 30 % over isp2.")
  })

  test("a link that is not configured is refused with those that are", async () => {
    expect(await evenkeel(lab, "explain", "isp3")).toEqual({
      stdout: "",
      stderr: 'there is no link "isp3": the configuration has isp1, isp2; did you mean isp1?\n',
      exitCode: 2,
    })
  })

  test("flows counts what a client really opened", async () => {
    const before = (await evenkeelJson(lab, "flows")) as Flows
    await runClient(lab, "flows", { count: 200 })
    const after = (await evenkeelJson(lab, "flows")) as Flows
    const opened = after.links.map((link, i) => (link.newFlows ?? 0) - (before.links[i]?.newFlows ?? 0))
    expect(opened.reduce((a, b) => a + b, 0)).toBe(200)
    expect(Math.abs((opened[0] ?? 0) - 140)).toBeLessThan(4 * Math.sqrt(200 * 0.7 * 0.3))
    expect(after.links.reduce((sum, link) => sum + link.tracked, 0)).toBeGreaterThanOrEqual(200)
    expect(after.strangers).toBe(0)
    expect((await linesOf("flows"))[1]).toMatch(/^isp1 +0x1 +70 +70 % +\d+ +\d+ % +\d+ +\d+ % +\d+ +\d+ +\d+$/)
  })

  test("events are those of the journal, in words or as they are, and can be narrowed", async () => {
    const written = readFileSync(`${agent.stateDir}/events.jsonl`, "utf8")
    expect((await evenkeel(lab, "events", "--json")).stdout).toBe(written)
    expect((await linesOf("events"))[0]).toMatch(
      /^\d{4}-\d\d-\d\d [\d:]{8} {2}agent\.started +agent .* started: pid \d+/,
    )
    const narrowed = await linesOf("events", "--type", "link.state", "--link", "isp2", "--since", "1h")
    expect(narrowed.filter(Boolean)).toHaveLength(1)
    expect(narrowed[0]).toMatch(/isp2 unknown → up: its targets answer$/)
  })

  test("events that are not there are no failure, and a link that never was is pointed out", async () => {
    const ended = await evenkeel(lab, "events", "--link", "isp9")
    expect(ended).toMatchObject({ stdout: "", exitCode: 0 })
    expect(ended.stderr).toMatch(/isp9 is not in the configuration: isp1, isp2 are/)
  })

  test("a reader that has seen enough ends events quietly", async () => {
    const words = [execPath, agentProgram, "events", "-c", `${lab.dir}/evenkeel.yaml`]
    const ended = await lab.exec("rtr", "bash", ["-c", '"$@" | head -1; echo "${PIPESTATUS[0]}"', "bash", ...words])
    expect(ended.stdout).toMatch(/^.*agent\.started.*\n0\n$/)
    expect(ended.stderr).toBe("")
  })

  test("doctor finds nothing wrong, and names every check", async () => {
    const { stdout, exitCode } = await evenkeel(lab, "doctor")
    expect(stdout).not.toMatch(/^(warning|PROBLEM)/m)
    expect(stdout.match(/^ok /gm)?.length).toBeGreaterThan(10)
    expect(stdout).toMatch(/\nAll is well\.\n$/)
    expect(exitCode).toBe(0)
  })

  test("plan has nothing to do; apply and teardown leave the router to the agent and say who holds it", async () => {
    expect((await evenkeel(lab, "plan")).stdout).toBe("# nothing to do: the router is set up as configured\n")
    const { pid } = await statusNow()
    for (const command of ["apply", "teardown"]) {
      const { stderr, exitCode } = await evenkeel(lab, command)
      expect(stderr).toContain(`another evenkeel works on this router: pid ${pid ?? 0}`)
      expect(exitCode).toBe(1)
    }
  })

  test("--follow shows an outage as it happens, and Ctrl-C is no failure", async () => {
    const words = [agentProgram, "events", "-c", `${lab.dir}/evenkeel.yaml`, "--follow", "--type", "link.state"]
    const follower = await lab.spawn("rtr", execPath, words)
    const seen = lastValueFrom(follower.lines$.pipe(take(3), toArray()))
    const down = untilState(agent, "isp1", "down")
    await blackhole(lab, "isp1")
    await down
    expect((await seen)[2]).toMatch(/link\.state +isp1 up → down: no target answered for [\d.]+ s$/)
    follower.kill("SIGINT")
    expect(await follower.exited).toMatchObject({ exitCode: 0, stderr: "" })
  })

  test("a blackholed link is shown, explained and diagnosed as one that is silent", async () => {
    const lines = await linesOf("status")
    expect(lines.find(line => line.startsWith("isp1 "))).toMatch(/ down \d+s +0 % +70 /)
    expect(lines.find(line => line.startsWith("isp2 "))).toMatch(/ up \S+ +100 % +30 /)
    expect(lines.some(line => /^ {2}no target answered for/.test(line))).toBe(true)
    const { link, decidedBy, now } = await explanationOf("isp1")
    expect(link).toMatchObject({ state: "down", share: 0, carrier: true })
    expect(decidedBy?.probesLost).toBeGreaterThanOrEqual(10)
    expect(decidedBy?.silenceMs).toBeGreaterThanOrEqual(1000)
    expect(now?.answering).toBe(0)
    const { stdout } = await evenkeel(lab, "explain", "isp1")
    expect(stdout).toContain("No new flow goes over it: 100 % over isp2.")
    expect(stdout).toContain("ping -c 3 -I eth0 -m 1 1.1.1.1")
    const doctor = await evenkeel(lab, "doctor")
    expect(doctor.stdout).toMatch(/\nPROBLEM +isp1 +the agent holds it for down: no target answered/)
    expect(doctor.exitCode).toBe(1)
    expect((await evenkeel(lab, "plan")).stderr).toBe("")
  })

  test("a link that recovers says since when, and how much is left", async () => {
    await heal(lab, "isp1")
    await until(async () => (await explanationOf("isp1")).pending?.to === "up", 8_000, 100)
    expect((await evenkeel(lab, "explain", "isp1")).stdout).toMatch(
      /\n {2}Back in [\d.]+ m?s: it has answered for [\d.]+ m?s\.\n/,
    )
  })

  test("lost carrier is told by the kernel's word, with advice that fits", async () => {
    await carrierLoss(lab, "isp2")
    await until(async () => (await explanationOf("isp2")).link.reason === "no carrier", 5_000, 100)
    const { stdout } = await evenkeel(lab, "explain", "isp2")
    expect(stdout).toContain("The kernel reported it, and that counts at once")
    expect(stdout).toContain("ip link show eth1")
    expect((await evenkeel(lab, "doctor")).stdout).toMatch(/PROBLEM +isp2 +eth1 has no carrier/)
  })

  test("with no link in service, the one that answers again carries before it has proven itself", async () => {
    await until(async () => (await statusNow()).links[0]?.share === 1, 5_000, 100)
    const { stdout } = await evenkeel(lab, "explain", "isp1")
    expect(stdout).toMatch(/^isp1 is down: /)
    expect(stdout).toContain("No link is in service; 100 % of new flows go over this one meanwhile.")
  })

  test("after the agent was killed, status and explain tell what the kernel does and what was last known", async () => {
    agent.child.kill("SIGKILL")
    await agent.child.exited
    const ended = await evenkeel(lab, "status")
    expect(ended.exitCode).toBe(1)
    expect(ended.stdout).toContain("agent   not running: nobody watches the links\n")
    expect(ended.stdout).toMatch(/^isp2 +was down +0 % +30 .*\n {2}eth1, no carrier$/m)
    expect(ended.stdout).toMatch(/Start the agent: systemctl start evenkeel/)
    expect(await statusNow()).toMatchObject({ pid: null, since: null, links: [{ name: "isp1" }, { name: "isp2" }] })
    const explained = await evenkeel(lab, "explain", "isp2")
    expect(explained.exitCode).toBe(1)
    expect(explained.stdout).toMatch(/^isp2 was, when last watched, down: no carrier\n/)
    expect((await evenkeel(lab, "doctor")).stdout).toMatch(/warning +agent +not running/)
  })

  test("plan and apply say that a link which was last known to be dead gets flows again", async () => {
    const warning = /^isp2 was down when last watched; apply gives it flows again\. .*: evenkeel run$/m
    expect((await evenkeel(lab, "plan")).stderr).not.toMatch(warning)
    await carrierBack(lab, "isp2")
    await until(async () => (await statusNow()).links[1]?.carrier === true, 5_000, 100)
    for (const command of ["plan", "apply"]) {
      const { stderr, exitCode } = await evenkeel(lab, command)
      expect(stderr).toMatch(warning)
      expect(exitCode).toBe(0)
    }
  })
})

describe("without an agent", () => {
  beforeAll(async () => {
    lab = await buildLab({ ...two, rpFilter: 1 })
    await configure(lab, labConfig(lab))
  })

  afterAll(() => lab.dispose())

  test("before anything is set up, status and flows say so", async () => {
    const { stdout, exitCode } = await evenkeel(lab, "status")
    expect(stdout).toContain("rules   none: flows are not balanced (evenkeel apply)\n")
    expect(exitCode).toBe(1)
    expect((await evenkeel(lab, "flows")).stdout).toMatch(/^The rules give no new flow to any link/)
  })

  test("what plan prints, given to sysctl, ip and iptables-restore by hand, is all that apply would do", async () => {
    const text = (await evenkeel(lab, "plan")).stdout
    const part = (command: string) => new RegExp(`^# ${command}\\n((?:[^#].*\\n)*)`, "m").exec(text)?.[1] ?? ""
    await lab.exec("rtr", "sysctl", ["-q", "-w", ...part("sysctl -w").trim().split("\n")])
    await lab.exec("rtr", "ip", ["-4", "-batch", "-"], { input: part("ip -4 -batch -") })
    await lab.exec("rtr", "iptables-restore", ["--noflush"], { input: part("iptables-restore --noflush") })
    expect((await evenkeel(lab, "plan")).stdout).toBe("# nothing to do: the router is set up as configured\n")
    expect((await evenkeel(lab, "teardown")).exitCode).toBe(0)
  })

  test("apply does what plan said, says how much, and leaves nothing to do", async () => {
    await lab.exec("rtr", "sysctl", ["-q", "-w", "net.ipv4.conf.eth0.rp_filter=1"])
    const planned = await evenkeelJson(lab, "plan")
    expect(await evenkeelJson(lab, "apply")).toEqual(planned)
    expect((await evenkeel(lab, "plan")).stdout).toBe("# nothing to do: the router is set up as configured\n")
    expect((await evenkeel(lab, "apply")).stdout).toBe("Nothing to do: the router is set up as configured.\n")
    expect((await statusNow()).links.map(({ share }) => Number(share.toFixed(6)))).toEqual([0.7, 0.3])
  })

  test("doctor finds each fault that was planted, and how to mend it", async () => {
    const faults = [
      "sysctl -qw net.ipv4.ip_forward=0 net.ipv4.conf.eth1.rp_filter=1",
      "iptables -t mangle -A PREROUTING -j MARK --set-mark 5",
      "iptables-legacy -A FORWARD -j ACCEPT",
      "ip route add default via 192.168.1.1 table 200",
      "ip rule add pref 100 lookup 200",
      "ip route del default table 102",
      "ip route add default via 192.168.2.9 table 102",
      "ip route del default dev eth0",
      "ip route del default table 101",
      "ip route del default table 200",
      "ip route add default dev lan0 table 200",
      `mount -t tmpfs -o ro tmpfs ${lab.dir}/state`,
    ]
    for (const fault of faults) await lab.exec("rtr", "sh", ["-c", fault])
    const { stdout, exitCode } = await evenkeel(lab, "doctor")
    await lab.exec("rtr", "umount", [`${lab.dir}/state`])
    expect(exitCode).toBe(1)
    const wanted = [
      /PROBLEM +forwarding .*\n +→ sysctl -w net\.ipv4\.ip_forward=1/,
      /note +rp_filter +strict on eth1/,
      /PROBLEM +marks +another rule sets bits .*\n +→ iptables-nft -t mangle -D PREROUTING -j MARK --set-xmark 0x5\/0xffffffff/,
      /warning +iptables +nft and legacy iptables both hold rules/,
      /PROBLEM +routing +an ip rule before evenkeel's routes everything by table 200.*\n +→ ip rule del pref 100/,
      /PROBLEM +routing +isp2: table 102 holds a default route.*\n +→ ip route del default table 102/,
      /PROBLEM +isp1 +no gateway is known/,
      /PROBLEM +state .*the file system is read-only/,
      /warning +agent +not running/,
    ]
    for (const pattern of wanted) expect(stdout).toMatch(pattern)
  })

  test("doctor changes nothing", async () => {
    const everything = async () => {
      const saved = await Promise.all(["nft", "legacy"].map(name => lab.exec("rtr", `iptables-${name}-save`, [])))
      return saved.map(({ stdout }) => stdout.replaceAll(/^#.*\n/gm, "").replaceAll(/\[\d+:\d+\]/g, ""))
    }
    const before = await everything()
    await evenkeel(lab, "doctor")
    expect(await everything()).toEqual(before)
  })
})
