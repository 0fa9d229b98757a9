import { execPath } from "node:process"
import { expect, test } from "vitest"
import { configure, labConfig } from "../../src/lab/agent.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { everything } from "./support/rules.ts"
import { twoLinks, withLab } from "./support/scene.ts"

test.each(["net_admin", "net_raw"])("without CAP_%s the agent says so, ends with 1, and writes nothing", async name => {
  await withLab(twoLinks, async lab => {
    await configure(lab, labConfig(lab))
    const before = await everything(lab)
    const agent = [execPath, agentProgram, "run", "-c", `${lab.dir}/evenkeel.yaml`]
    const child = await lab.spawn("rtr", "setpriv", [`--bounding-set=-${name}`, ...agent])
    const { exitCode, stderr } = await child.exited
    expect(stderr).toContain(`lacks CAP_${name.toUpperCase()}: run it as root: sudo evenkeel run`)
    expect(exitCode).toBe(1)
    expect(await everything(lab)).toEqual(before)
  })
})
