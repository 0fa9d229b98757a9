import { describe, expect, it } from "vitest"
import { supervise } from "../../src/system/supervise.ts"

/** Emissions until `enough`, and the troubles reported meanwhile. */
function collect(file: string, args: readonly string[], enough: (signals: number, troubles: string[]) => boolean) {
  return new Promise<{ signals: number; troubles: string[] }>(resolve => {
    let signals = 0
    const troubles: string[] = []
    const check = () => {
      if (!enough(signals, troubles)) return
      subscription.unsubscribe()
      resolve({ signals, troubles })
    }
    const subscription = supervise(file, args, error => {
      troubles.push(error instanceof Error ? error.message : String(error))
      setImmediate(check)
    }).subscribe(() => {
      signals++
      setImmediate(check)
    })
  })
}

describe("supervise", () => {
  it("emits at once, before the program has said anything", async () => {
    expect((await collect("sleep", ["600"], signals => signals > 0)).signals).toBe(1)
  })

  it("emits for each line", async () => {
    const { signals } = await collect("printf", ["a\\nb\\nc\\n"], count => count >= 4)
    expect(signals).toBe(4)
  })

  it("reports a program that ends and starts it again, which is a signal", { timeout: 20_000 }, async () => {
    const { troubles, signals } = await collect("true", [], (_signals, list) => list.length === 2)
    expect(troubles).toEqual(["true ended, and is started again", "true ended, and is started again"])
    expect(signals).toBeGreaterThanOrEqual(3)
  })

  it("reports a program that is missing", async () => {
    const { troubles } = await collect("evenkeel-no-such-program", [], (_signals, list) => list.length === 1)
    expect(troubles[0]).toMatch(/evenkeel-no-such-program.*exit code 127[^]*No such file/)
  })

  it("has the kernel kill the program when this process dies", async () => {
    const { troubles } = await collect(
      process.execPath,
      ["-e", exitWithDeathSignal],
      (_signals, list) => list.length === 1,
    )
    expect(troubles[0]).toMatch(/exit code 9$/)
  })
})

/** prctl(2), PR_GET_PDEATHSIG: the number of the signal that a process gets when its parent dies; 9 is SIGKILL. */
const exitWithDeathSignal = `
  const prctl = require("koffi").load(null).func("int prctl(int, _Out_ int *)")
  const signal = [0]
  prctl(2, signal)
  process.exit(signal[0])`
