import { readlinkSync } from "node:fs"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { execPath } from "node:process"
import { filter, firstValueFrom } from "rxjs"
import { describe, expect, test } from "vitest"
import { insideLab } from "../../src/lab/namespaces.ts"
import { program } from "../../src/lab/paths.ts"
import { startChild, type Child } from "../../src/system/run-child.ts"
import { run } from "../../src/system/run.ts"

/** A lab within this one: only the marker in the environment has to go. */
const enter = (...command: readonly string[]): Promise<Child> =>
  startChild(execPath, [program("enter"), "--", ...command], { env: { EVENKEEL_LAB: "" } })

const sleeper = (name: string) => ["sh", "-c", `trap 'echo ended; exit 7' TERM INT; echo ${name}; sleep 60 & wait`]

async function processes(): Promise<string> {
  return (await run("ps", ["axo", "args"])).stdout
}

describe("enter", () => {
  test("passes the command's exit code on", async () => {
    expect(await (await enter("sh", "-c", "exit 5")).exited).toMatchObject({ exitCode: 5 })
    expect(await (await enter("sh", "-c", "kill -KILL $$")).exited).toMatchObject({ exitCode: 137 })
  })

  test("says what is wrong with a command that does not exist, or that is missing", async () => {
    expect(await (await enter("no-such-program")).exited).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("no-such-program") as string,
    })
    expect(await (await enter()).exited).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("usage:") as string,
    })
  })

  test("gives the command its own network with a loopback that is up, and its own /run", async () => {
    const { lines$, exited } = await enter("sh", "-c", "readlink /proc/self/ns/net; ip -br link; echo $$ >/run/mine")
    const lines: string[] = []
    lines$.subscribe(line => lines.push(line))
    expect(await exited).toMatchObject({ exitCode: 0 })
    expect(lines[0]).not.toBe(readlinkSync("/proc/self/ns/net"))
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^lo .*UP,LOWER_UP/)])
    await expect(run("cat", ["/run/mine"])).rejects.toThrow("No such file")
  })

  test.each(["SIGTERM", "SIGINT"] as const)("hands %s to the command and waits for it", async signal => {
    const child = await enter(...sleeper("ready"))
    await firstValueFrom(child.lines$)
    child.kill(signal)
    await firstValueFrom(child.lines$.pipe(filter(line => line === "ended")))
    expect(await child.exited).toMatchObject({ exitCode: 7 })
  })

  test("takes everything with it when it is killed outright", async () => {
    const child = await enter(...sleeper("unmistakable"))
    await firstValueFrom(child.lines$)
    expect(await processes()).toContain("echo unmistakable")
    child.kill("SIGKILL")
    await child.exited
    await expect.poll(processes, { timeout: 10_000 }).not.toContain("echo unmistakable")
  })

  test("is known from inside by more than a variable", () => {
    expect(insideLab()).toBe(true)
    const marker = process.env["EVENKEEL_LAB"]
    process.env["EVENKEEL_LAB"] = "pid:[1]"
    expect(insideLab()).toBe(false)
    process.env["EVENKEEL_LAB"] = marker
  })
})

test("files that a command is to read are there inside, also under /run, which is another one", async () => {
  const [kept, hidden] = ["/run/evenkeel-kept/a.yaml", "/run/evenkeel-kept/b.yaml"] as const
  await mkdir(dirname(kept), { recursive: true })
  await Promise.all([kept, hidden].map(file => writeFile(file, `it is ${file}\n`)))
  const privately = ["--net", "--mount", "--pid", "--fork", "--mount-proc"]
  const init = [execPath, program("enter"), "--init", kept, "--", "cat", kept, hidden]
  const { lines$, exited } = await startChild("unshare", [...privately, ...init], { env: { EVENKEEL_LAB: "" } })
  expect(await firstValueFrom(lines$)).toBe(`it is ${kept}`)
  expect(await exited).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`${hidden}: No such file`) as string,
  })
  await rm(dirname(kept), { recursive: true })
})
