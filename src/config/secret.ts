import { z } from "zod"

const LONGEST = 4096

const RULE = `expected a text of at most ${LONGEST} letters (digits alone in quotes), or \${NAME} for the environment's`

/** A password as it is written: itself, or `${NAME}` for the environment's. What was found is never repeated. */
export const secret = z
  .string({ error: () => `found what can be no secret; ${RULE}` })
  .min(1)
  .max(LONGEST)
  .meta({ title: "a text, or `${NAME}` for the environment's" })

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
