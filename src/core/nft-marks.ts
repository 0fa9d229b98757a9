/** Which bits of packets' and flows' marks a rule of nft's own touches. */
export interface MarkUse {
  /** Gives them a value. */
  readonly sets: number
  /** Takes them from the packet to its flow, or back. */
  readonly copies: number
  /** Goes by them. */
  readonly reads: number
}

const NOTHING: MarkUse = { sets: 0, copies: 0, reads: 0 }
const ALL_BITS = 0xffffffff

/** A rule's expressions as `nft -j list ruleset` prints them (libnftables-json(5)). */
export function markUse(expressions: readonly unknown[]): MarkUse {
  return expressions.map(useOf).reduce(both, NOTHING)
}

function useOf(statement: unknown): MarkUse {
  const mangle = child(statement, "mangle")
  const key = markIn(child(mangle, "key"))
  if (key !== null) return changed(child(mangle, "value"), key)
  const compared = child(child(statement, "match"), "left") ?? child(child(statement, "vmap"), "key")
  return { ...NOTHING, reads: read(compared) }
}

/** What becomes of the mark `own` when it is given this value. */
function changed(value: unknown, own: Mark): MarkUse {
  const mark = markIn(value)
  if (mark !== null) return mark === own ? NOTHING : { ...NOTHING, copies: ALL_BITS }
  for (const operator of ["|", "^", "&"] as const) {
    const [base, bits] = operands(child(value, operator))
    if (typeof bits === "number") return masked(operator, changed(base, own), bits)
  }
  return { ...NOTHING, sets: ALL_BITS }
}

function masked(operator: "|" | "^" | "&", { sets, copies }: MarkUse, bits: number): MarkUse {
  if (operator === "&") return { ...NOTHING, sets: unsigned(sets | ~bits), copies: unsigned(copies & bits) }
  return { ...NOTHING, sets: unsigned(sets | bits), copies }
}

function read(compared: unknown): number {
  if (markIn(compared) !== null) return ALL_BITS
  const [base, bits] = operands(child(compared, "&"))
  return markIn(base) !== null && typeof bits === "number" ? bits : 0
}

type Mark = "meta" | "ct"

function markIn(expression: unknown): Mark | null {
  return (["meta", "ct"] as const).find(kind => child(child(expression, kind), "key") === "mark") ?? null
}

function operands(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function child(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined
}

function both(a: MarkUse, b: MarkUse): MarkUse {
  return { sets: unsigned(a.sets | b.sets), copies: unsigned(a.copies | b.copies), reads: unsigned(a.reads | b.reads) }
}

/** Marks have 32 bits, bit operators are signed. */
function unsigned(bits: number): number {
  return bits >>> 0
}
