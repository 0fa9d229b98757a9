import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { execa } from "execa"
import { expect, test } from "vitest"

/** `.dockerignore` ignores all (`*`) but what its other lines name. */
async function contextOfImage(): Promise<readonly string[]> {
  const [all, ...kept] = (await readFile(".dockerignore", "utf8")).trim().split("\n")
  expect(all).toBe("*")
  return kept.map(line => line.replace(/^!/, ""))
}

test("what Docker's build is given is enough to build the programs of the compose lab", async () => {
  const directory = await mkdtemp(join(tmpdir(), "evenkeel-image-"))
  try {
    for (const name of await contextOfImage()) await cp(name, join(directory, name), { recursive: true })
    await symlink(resolve("node_modules"), join(directory, "node_modules"))
    await execa("node", [".config/build.mjs"], { cwd: directory })
    const { stdout } = await execa("node", ["dist/src/main.js", "--version"], { cwd: directory })
    expect(stdout).toBe((JSON.parse(await readFile("package.json", "utf8")) as { version: string }).version)
  } finally {
    await rm(directory, { recursive: true })
  }
}, 60_000)
