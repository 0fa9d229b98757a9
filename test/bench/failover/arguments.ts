import { parseArgs } from "node:util"

export interface Arguments {
  readonly rounds: number
  /** Name of the one detector that is wanted; null: all. */
  readonly only: string | null
  /** Of the random loss; 0: leave it out. */
  readonly seconds: number
  /** Whether the results replace those in test/bench/results/. */
  readonly write: boolean
}

/** `[ROUNDS] [--only NAME] [--seconds N] [--write]` @throws Error that says so. */
export function parseArguments(args: readonly string[]): Arguments {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: "string" },
      seconds: { type: "string", default: "300" },
      write: { type: "boolean", default: false },
    },
  })
  const [rounds = 20, seconds = NaN] = [positionals[0] ?? 20, values.seconds].map(Number)
  if (!Number.isInteger(rounds) || rounds < 1 || !(seconds >= 0) || positionals.length > 1)
    throw new Error("usage: bench:failover -- [ROUNDS] [--only NAME] [--seconds N] [--write]")
  return { rounds, seconds, only: values.only ?? null, write: values.write }
}
