/* eslint-disable no-control-regex */
import { existsSync, readFileSync } from "node:fs"
import { execPath } from "node:process"
import { afterAll, beforeAll, expect, test } from "vitest"
import { labConfig, startAgent, type LabAgent } from "../../src/lab/agent.ts"
import { blackhole, heal } from "../../src/lab/faults.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { runClient, startServer } from "../../src/lab/users.ts"
import type { Child } from "../../src/system/run-child.ts"
import { emulate, emptyScreen } from "../cli/watch/terminal.ts"
import { until } from "./support/rules.ts"
import { twoLinks, untilSettled } from "./support/scene.ts"

let lab: Lab
let agent: LabAgent

beforeAll(async () => {
  lab = await buildLab(twoLinks)
  await startServer(lab)
  agent = await startAgent(lab, labConfig(lab))
  await untilSettled(lab, agent)
})

afterAll(() => lab.dispose())

/** `watch` on a pseudo terminal of 80 × 24: script(1) writes down all that comes out of it. */
interface Watched {
  readonly child: Child
  /** What a person sees there now. */
  readonly screen: () => string
  readonly bytes: () => string
  readonly file: (name: string) => string
}

/** What the terminal is like before and after, and `watch` in between, under a process id that is known. */
const session = `
  stty cols 80 rows 24; tty > "$D-tty"; stty -g > "$D-before"
  sh -c 'echo $$ > "$D-pid"; exec "$@"' sh "$NODE" "$PROGRAM" watch -c "$CONFIG"
  echo $? > "$D-code"; stty -g > "$D-after"`

async function openWatch(name: string): Promise<Watched> {
  const place = (file: string) => `${lab.dir}/${name}-${file}`
  const env = {
    D: `${lab.dir}/${name}`,
    NODE: execPath,
    PROGRAM: agentProgram,
    CONFIG: agent.configFile,
    LANG: "C.UTF-8",
  }
  const words = ["--quiet", "--flush", "--command", session, place("typescript")]
  const child = await lab.spawn("rtr", "script", words, { env: { ...env, TERM: "xterm" } })
  const file = (file: string) => (existsSync(place(file)) ? readFileSync(place(file), "utf8") : "")
  const bytes = () => /\u001b\[\?1049h[^]*/.exec(file("typescript"))?.[0] ?? ""
  return { child, bytes, file, screen: () => screenOf(bytes()) }
}

function screenOf(bytes: string): string {
  // The last sequence may still be on its way.
  const whole = bytes.replace(/\u001b(\[[?\d;]*)?$/, "")
  return emulate(emptyScreen(80, 24), whole)
    .map(row => row.join("").trimEnd())
    .join("\n")
}

const shows = (watched: Watched, pattern: RegExp) =>
  until(() => Promise.resolve(pattern.test(watched.screen())), 20_000)

/** The terminal is as it was: the other screen left, the cursor back, the modes of the line those of before. */
function expectGivenBack({ bytes, file }: Watched): void {
  expect(bytes()).toMatch(/\u001b\[\?25h\u001b\[\?1049l/)
  expect(file("after")).toBe(file("before"))
  expect(file("after")).not.toBe("")
}

test("a failover shows, with the agent's end and return; q gives the terminal back as it was", async () => {
  const watched = await openWatch("q")
  await shows(watched, /^isp1 +up .*\n[^]*^isp2 +up /m)
  await runClient(lab, "flows", { count: 100 })
  await shows(watched, /^measured +\|isp1 \d+ %/m)
  console.log(watched.screen())

  await blackhole(lab, "isp1")
  await shows(watched, /^isp1 +down /m)
  await shows(watched, /^ {2}rtt .*×/m)
  await shows(watched, /^asked +\|isp2 100 %/m)
  await heal(lab, "isp1")

  agent.child.kill("SIGKILL")
  await shows(watched, /not running: nobody watches the links/)
  agent = await startAgent(lab, labConfig(lab))
  await shows(watched, /^agent +pid \d+/m)

  const before = watched.bytes().length
  await shows(watched, /running for [2-9]s/)
  // A second's worth of changes, not a whole screen each.
  expect(watched.bytes().length - before).toBeLessThan(80 * 24 * 4)

  watched.child.tell("q")
  await watched.child.exited
  expect(watched.file("code")).toBe("0\n")
  expectGivenBack(watched)
})

test("another size is drawn anew, and SIGTERM gives the terminal back, too", async () => {
  const watched = await openWatch("term")
  await shows(watched, /^isp2 +up /m)
  await lab.exec("rtr", "stty", ["-F", watched.file("tty").trim(), "cols", "60", "rows", "12"])
  await until(() => Promise.resolve(lowestRow(watched.bytes()) <= 12), 10_000)

  process.kill(Number(watched.file("pid")), "SIGTERM")
  await watched.child.exited
  expect(watched.file("code")).toBe("0\n")
  expectGivenBack(watched)
})

/** Of what was drawn since the screen was last cleared. */
function lowestRow(bytes: string): number {
  const drawn = bytes.slice(bytes.lastIndexOf("\u001b[2J"))
  return Math.max(...[...drawn.matchAll(/\u001b\[(\d+);1H/g)].map(([, row]) => Number(row)))
}

test("where there is no terminal, --json is one status a line, with the measured split", async () => {
  const words = [
    "--preserve-status",
    "-s",
    "INT",
    "5",
    execPath,
    agentProgram,
    "watch",
    "--json",
    "-c",
    agent.configFile,
  ]
  const { stdout } = await lab.exec("rtr", "timeout", words)
  const looks = stdout
    .split("\n")
    .filter(Boolean)
    .map(line => JSON.parse(line) as Record<string, unknown>)
  expect(looks.length).toBeGreaterThanOrEqual(2)
  expect(looks.at(-1)).toMatchObject({
    router: "lab",
    flows: { ipv4: { links: [{ name: "isp1" }, { name: "isp2" }] } },
  })
})
