import { labConfig, startAgent, type ConfigOverrides, type LabAgent } from "../../../src/lab/agent.ts"
import { buildLab, type Lab } from "../../../src/lab/lab.ts"
import { startServer } from "../../../src/lab/users.ts"
import type { Child } from "../../../src/system/run-child.ts"
import { guarded } from "../../share/support/daemon.ts"
import { until } from "./rules.ts"
import { twoLinks, untilSettled } from "./scene.ts"

/** A Redis of the lab's own; it ends with the lab at the latest. */
export interface LabRedis {
  readonly child: Child
  /** For `share.redis`. */
  readonly url: string
  readonly cli: (...args: readonly string[]) => Promise<string>
}

/** On a Unix socket, which every namespace reaches. */
export async function startRedis(lab: Lab, ...settings: readonly string[]): Promise<LabRedis> {
  const socket = `${lab.dir}/redis.sock`
  const log = ["--logfile", `${lab.dir}/redis.log`, "--dir", lab.dir]
  const [file, ...args] = guarded(["--port", "0", "--unixsocket", socket, "--save", "", ...log, ...settings])
  const child = await lab.spawn("rtr", file, args)
  const cli: LabRedis["cli"] = async (...args) => {
    const { stdout } = await lab.exec("rtr", "redis-cli", ["-s", socket, "--raw", ...args])
    return stdout.trim()
  }
  await until(async () => (await cli("ping").catch(() => "")) === "PONG", 10_000)
  return { child, url: `unix://${socket}`, cli }
}

/** A router of a site: a lab of its own, whose link isp1 is the line `fibre-1` that all of them share. */
export interface SiteRouter {
  readonly lab: Lab
  readonly agent: LabAgent
}

/** Resolves when every link is up and the rules are written. `redis` null: it shares nothing. */
export async function startRouter(
  lab: Lab,
  router: string,
  redis: Pick<LabRedis, "url"> | null,
  { top = {}, links = {} }: ConfigOverrides = {},
): Promise<SiteRouter> {
  await startServer(lab)
  const share =
    redis === null ? {} : { share: { redis: redis.url, ttl: "3s", ...(top["share"] as object | undefined) } }
  const line = { isp1: { line: "fibre-1", ...links["isp1"] } }
  const overrides = { top: { ...top, router, site: "home", ...share }, links: { ...links, ...line } }
  const agent = await startAgent(lab, labConfig(lab, overrides))
  await untilSettled(lab, agent)
  return { lab, agent }
}

/** Two labs side by side, as two routers of one site. */
export async function withTwoLabs<T>(act: (first: Lab, second: Lab) => Promise<T>): Promise<T> {
  const first = await buildLab(twoLinks)
  try {
    const second = await buildLab(twoLinks)
    try {
      return await act(first, second)
    } finally {
      await second.dispose()
    }
  } finally {
    await first.dispose()
  }
}
