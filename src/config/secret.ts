import { z } from "zod"
import { expected } from "./problems.ts"

const LONGEST = 4096

/** A password as it is written: itself, or `${NAME}` for the environment's. What was found is never repeated. */
export const secret = z
  .string({
    error: ({ input }) =>
      expected("a text, or ${NAME} for the environment's")({ input: typeof input === "string" ? "…" : input }),
  })
  .min(1)
  .max(LONGEST)

const VARIABLE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/

export type Environment = Readonly<Record<string, string | undefined>>

/** The variable that `written` asks for; undefined: it is the secret itself. */
export function variableOf(written: string): string | undefined {
  return VARIABLE.exec(written)?.[1]
}

/** Undefined: the variable that it asks for is not set, or empty. */
export function revealed(written: string, environment: Environment): string | undefined {
  const variable = variableOf(written)
  return variable === undefined ? written : environment[variable] || undefined
}
