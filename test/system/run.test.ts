import { readFileSync } from "node:fs"
import { lastValueFrom, toArray } from "rxjs"
import { describe, expect, it, vi } from "vitest"
import { RunError } from "../../src/system/run-error.ts"
import { run, runInherit, spawnLines } from "../../src/system/run.ts"

async function failureOf(promise: Promise<unknown>): Promise<RunError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof RunError) return error
  throw new Error(`expected a RunError, got ${String(error)}`)
}

describe("run", () => {
  it("hands input to the program and returns its output byte for byte", async () => {
    expect((await run("cat", [], { input: "a\n\nb\n\n" })).stdout).toBe("a\n\nb\n\n")
  })

  it("gives no input when none was given, so that a reader sees the end at once", async () => {
    expect((await run("cat", [])).stdout).toBe("")
  })

  it("never lets a shell see an argument", async () => {
    expect((await run("printf", ["%s", "$(id); `id` > /dev/null"])).stdout).toBe("$(id); `id` > /dev/null")
  })

  it("speaks the C locale whatever the caller's environment says", async () => {
    const { stdout } = await run("printenv", ["LC_ALL", "EVENKEEL_TEST"], {
      env: { LC_ALL: "de_DE", EVENKEEL_TEST: "x" },
    })
    expect(stdout).toBe("C\nx\n")
  })

  it("hands on nothing of this process's environment but where programs and homes are, and the time zone", async () => {
    vi.stubEnv("EVENKEEL_TOKEN", "secret")
    vi.stubEnv("NOTIFY_SOCKET", "/run/systemd/notify")
    vi.stubEnv("TZ", "UTC")
    const { stdout } = await run("env", [], { env: { EVENKEEL_TEST: "x" } })
    vi.unstubAllEnvs()
    const names = stdout.split("\n").flatMap(line => line.split("=")[0] || [])
    expect(names.filter(name => name !== "HOME").sort()).toEqual(["EVENKEEL_TEST", "LC_ALL", "PATH", "TZ"])
  })

  it("throws an error that names the command, the exit code and what the program said", async () => {
    const error = await failureOf(run("ls", ["/nonexistent"]))
    expect(error.exitCode).toBe(2)
    expect(error.message).toMatch(/^ls \/nonexistent: exit code 2\nls: cannot access '\/nonexistent'/)
  })

  it("shows only the first lines of a long complaint, and keeps all of it", async () => {
    const error = await failureOf(
      run("node", ["-e", "for (let i = 0; i < 90; i++) console.error('no', i); process.exit(3)"]),
    )
    expect(error.message.split("\n")).toHaveLength(6)
    expect(error.stderr).toContain("no 89\n")
  })

  it("stops a program that takes longer than it may", async () => {
    const error = await failureOf(run("sleep", ["600"], { timeoutMs: 50 }))
    expect(error.message).toBe("sleep 600: took too long and was stopped")
    expect(error.exitCode).toBeNull()
  })

  it("stops a program when its caller gives up", async () => {
    expect((await failureOf(run("sleep", ["600"], { signal: AbortSignal.timeout(50) }))).message).toBe(
      "sleep 600: was cancelled",
    )
  })

  it("tells a program that a signal ended from one that failed", async () => {
    const error = await failureOf(run("node", ["-e", "process.kill(process.pid, 'SIGKILL')"]))
    expect(error.message).toMatch(/: ended by SIGKILL$/)
    expect(error.exitCode).toBeNull()
  })

  it.each([
    ["iptables-nft-save", "iptables"],
    ["ip", "iproute2"],
    ["conntrack", "conntrack"],
  ])("says which package provides %s when it is missing", async (file, name) => {
    const error = await failureOf(run(file, [], { env: { PATH: "/nonexistent" } }))
    expect(error.message).toBe(`${file}: no such program; Debian's package ${name} provides it`)
    expect(error.code).toBe("ENOENT")
  })
})

describe("spawnLines", () => {
  it("emits the output line by line and completes after a clean exit, the unfinished last line included", async () => {
    expect(await lastValueFrom(spawnLines("printf", ["a\\nb\\n\\nc"]).pipe(toArray()))).toEqual(["a", "b", "", "c"])
  })

  it("ends with the program's complaint when it fails, after what it did say", async () => {
    const lines: string[] = []
    const script = "console.log('one'); console.error('broken'); process.exitCode = 4"
    const error = await failureOf(spawnLines("node", ["-e", script]).forEach(line => void lines.push(line)))
    expect(lines).toEqual(["one"])
    expect(error.exitCode).toBe(4)
    expect(error.stderr).toBe("broken\n")
  })

  it("reports a program that does not exist", async () => {
    const error = await failureOf(lastValueFrom(spawnLines("evenkeel-no-such-program", [])))
    expect(error.message).toBe("evenkeel-no-such-program: no such program")
  })

  it("ends the program when nobody listens any more", async () => {
    const script = "console.log(process.pid); setInterval(() => {}, 1000)"
    const pid = await new Promise<number>(resolve => {
      const subscription = spawnLines("node", ["-e", script]).subscribe(line => {
        subscription.unsubscribe()
        resolve(Number(line))
      })
    })
    await expect.poll(() => commandOf(pid), { timeout: 5_000 }).toBe("")
  })
})

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8")
  } catch {
    return ""
  }
}

describe("runInherit", () => {
  it("returns the program's exit code, whatever it is", async () => {
    expect(await runInherit("true", [])).toBe(0)
    expect(await runInherit("false", [])).toBe(1)
  })
})
