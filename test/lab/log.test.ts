import { setTimeout as sleep } from "node:timers/promises"
import { execPath } from "node:process"
import { expect, test } from "vitest"
import { configure, labConfig } from "../../src/lab/agent.ts"
import { carrierLoss } from "../../src/lab/faults.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { carriers, until } from "./support/rules.ts"
import { twoLinks, withLab } from "./support/scene.ts"

/** Runs the agent with its log going where nothing can be written. `sh` only connects the descriptor. */
const nowhere = {
  "a full disk": 'exec "$0" "$@" > /dev/full',
  // pipe(7): a pipe takes 64 KiB; whoever writes the next byte waits.
  "a full pipe that nobody reads":
    'exec > >(exec sleep 1000 > /dev/null 2>&1); head -c 65536 /dev/zero; exec "$0" "$@"',
}

test.each(Object.entries(nowhere))(
  "with its log on %s the agent fails over, and stops within 2 s",
  { timeout: 60_000 },
  async (_, connect) => {
    await withLab(twoLinks, async lab => {
      await configure(lab, labConfig(lab, { top: { log: { level: "trace" } } }))
      const command = [agentProgram, "run", "-c", `${lab.dir}/evenkeel.yaml`]
      const agent = await lab.spawn("rtr", "bash", ["-c", connect, execPath, ...command])
      await until(async () => (await carriers(lab)).length === 2, 15_000)
      await carrierLoss(lab, "isp1")
      await until(async () => (await carriers(lab)).length === 1, 15_000)
      const startMs = performance.now()
      agent.kill("SIGTERM")
      await Promise.race([agent.exited, sleep(10_000)])
      expect(performance.now() - startMs).toBeLessThan(3000)
    })
  },
)
