import { attempt, type Server } from "./connect.ts"
import { paced, type Pace } from "./pace.ts"
import { print, type Attempt, type Tally } from "./report.ts"

/** Opens connections at an even pace, each a flow of its own, and prints one line for each as it ends. */
export async function connects(server: (index: number) => Server, pace: Pace, timeoutMs: number): Promise<void> {
  const attempts: Promise<void>[] = []
  await paced(pace, index => {
    const ended = attempt(server(index), timeoutMs).then(print)
    if (pace.count < Infinity) attempts.push(ended)
  })
  await Promise.all(attempts)
}

/** Opens connections as fast as `parallel` at a time go, and prints the tally. */
export async function flows(server: Server, count: number, parallel: number, timeoutMs: number): Promise<void> {
  const attempts: Attempt[] = []
  let started = 0
  const worker = async () => {
    while (started++ < count) attempts.push(await attempt(server, timeoutMs))
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  print(tally(attempts))
}

function tally(attempts: readonly Attempt[]): Tally {
  const good = attempts.filter(({ ok }) => ok)
  const bad = attempts.filter(({ ok }) => !ok)
  return {
    ok: good.length,
    failed: bad.length,
    via: counts(good.map(({ via }) => String(via))),
    errors: counts(bad.map(({ error }) => String(error))),
  }
}

function counts(names: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {}
  for (const name of names) found[name] = (found[name] ?? 0) + 1
  return found
}
