import { existsSync } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { execPath } from "node:process"
import { expect, test } from "vitest"
import type { Lab } from "../../src/lab/lab.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { BAD, type Bad } from "../config/bad.ts"
import { everything } from "./support/rules.ts"
import { twoLinks, withLab } from "./support/scene.ts"
import { watchWrites } from "./support/writes.ts"

/** Those that would write if they could; each bad configuration meets one of them. */
const commands = ["apply", "run"]
const atOnce = 4

/** The default of `stateDir`, which most of these configurations leave as it is. */
const stateDir = "/var/lib/evenkeel"

async function expectRefusal(lab: Lab, { what, text, problems }: Bad, index: number): Promise<void> {
  const file = `${lab.dir}/bad-${index}.yaml`
  await writeFile(file, text)
  const command = commands[index % commands.length] ?? ""
  const child = await lab.spawn("rtr", execPath, [agentProgram, command, "-c", file])
  const { exitCode, stderr } = await child.exited
  expect({ what, exitCode }).toEqual({ what, exitCode: 2 })
  for (const [path, fragment] of problems) {
    const line = stderr.split("\n").find(line => line.trim().startsWith(`${path}:`) && line.includes(fragment))
    expect(line, `${what}: ${path}: …${fragment}… in ${stderr}`).toBeDefined()
  }
}

/** The parser refuses every kind by itself (test/config/parse.test.ts); a start of the program for each takes its time. */
const TRIED = BAD.filter((_, i) => i % 3 === 0)

test(`${TRIED.length} kinds of bad configuration: exit 2, each problem named by its path, nothing written`, async () => {
  expect(TRIED.length).toBeGreaterThanOrEqual(40)
  await withLab(twoLinks, async lab => {
    await mkdir(lab.dir, { recursive: true })
    const hadStateDir = existsSync(stateDir)
    const writes = await watchWrites(lab)
    const before = await everything(lab)
    await writes.taken()
    const queue = [...TRIED.entries()]
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        await expectRefusal(lab, next[1], next[0])
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    expect(await writes.taken()).toEqual([])
    expect((await everything(lab))["nft"]).toBe(before["nft"])
    expect(existsSync(stateDir)).toBe(hadStateDir)
  })
})
