import { z } from "zod"
import { lasting } from "./input.ts"

const MOST_WEIGHT = 10_000
const WEIGHT = `expected a whole number from 0 to ${MOST_WEIGHT}`
const FORCE = "expected true or false"

export const drainBody = z.strictObject({ for: lasting, force: z.boolean({ error: FORCE }).default(false) })
export const weightBody = z.strictObject({
  weight: z.number({ error: WEIGHT }).int(WEIGHT).min(0, WEIGHT).max(MOST_WEIGHT, WEIGHT),
  for: lasting,
})
