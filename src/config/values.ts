import { z } from "zod"
import { formatDuration, parseDuration } from "./duration.ts"
import { nearest } from "./nearest.ts"
import { either, expected } from "./problems.ts"

// The kinds of value that a configuration is made of. Zod asks the error hook of a value for every failed check on it.
// No check may `abort`: the rules that look across values (rules.ts) still run on whatever else is in order.
// `title` says what is allowed, `description` what a key means, `example` how it may look, `byDefault` what holds without
// it where that is no plain value: docs/configuration.md and docs/evenkeel.schema.json are made of these.

/** Exactly the keys of `shape`; each unknown one is refused on its own line of the message (see problems.ts). */
export function mapping<S extends z.core.$ZodShape>(shape: S, allowed = "a mapping (lines of `key: value`)") {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: issue =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map(key => unknownKey(key, known)).join("\n")
        : expected(allowed)(issue),
  })
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known)
  return meant === undefined
    ? `unknown key, expected one of ${known.join(", ")}`
    : `unknown key; did you mean ${meant}?`
}

export function list<T extends z.core.SomeType>(of: T, least: number, most: number, things: string) {
  const title = `a list of ${least === 0 ? `at most ${most}` : `${least} to ${most}`} ${things}`
  return z
    .array(of, { error: expected(title) })
    .min(least)
    .max(most)
    .meta({ title })
}

/** Any keys of one kind. */
export function record<K extends z.core.$ZodRecordKey, V extends z.core.SomeType>(key: K, value: V, allowed: string) {
  return z
    .record(key, value, {
      error: issue => (issue.code === "invalid_key" ? issue.issues[0]?.message : expected(allowed)(issue)),
    })
    .meta({ title: allowed })
}

/** A list, or its only item by itself; nothing is an empty list. */
export function oneOrMore<T extends z.core.SomeType>(of: T, most: number, things: string, least = 0) {
  const title = `one or a list of at most ${most} ${things}`
  return z.preprocess(found => asList(found), list(of, least, most, things)).meta({ title })
}

function asList(found: unknown): unknown {
  return found === undefined || Array.isArray(found) ? found : [found]
}

export function oneOf<const W extends string>(...words: readonly W[]) {
  const title = `one of: ${words.join(", ")}`
  return z.enum(words, { error: expected(title) }).meta({ title })
}

export const flag = z.boolean({ error: expected("true or false") }).meta({ title: "true or false" })

/** Marks and tables are of 32 bits in the kernel. */
export const UINT32_MAX = 0xffff_ffff

export function wholeNumber(least: number, most: number) {
  const title = `a whole number from ${least} to ${most}`
  const error = expected(title)
  return z
    .number({ error: issue => error(issue) + (isQuotedNumber(issue.input) ? "; remove the quotes" : "") })
    .multipleOf(1)
    .min(least)
    .max(most)
    .meta({ title })
}

function isQuotedNumber(input: unknown): boolean {
  return typeof input === "string" && /^(0x[\da-f]+|\d+)$/i.test(input)
}

const PERCENTAGE = /^\d{1,3}(\.\d{1,3})?%$/

/** 0..1, written as a percentage. */
export function ratio(leastPercent: number, mostPercent: number) {
  const title = `a percentage from ${leastPercent}% to ${mostPercent}%`
  const error = expected(`${title}, such as 20%`)
  return z
    .string({ error: issue => (typeof issue.input === "number" ? `${error(issue)}; write the % sign` : error(issue)) })
    .transform((text, ctx) => {
      const percent = PERCENTAGE.test(text) ? Number(text.slice(0, -1)) : NaN
      if (percent >= leastPercent && percent <= mostPercent) return percent / 100
      ctx.addIssue(error({ input: text }))
      return z.NEVER
    })
    .meta({ title, pattern: PERCENTAGE.source })
}

/** Milliseconds, or one of `words`. */
export function duration<const W extends string = never>(leastMs: number, mostMs: number, ...words: readonly W[]) {
  const title = either(words, `a duration from ${formatDuration(leastMs)} to ${formatDuration(mostMs)}`)
  const error = expected(`${title}, such as 250ms, 1s, 5m or 2h`)
  const read = (text: string) => words.find(word => word === text) ?? parseDuration(text)
  return z
    .string({ error: issue => (typeof issue.input === "number" ? `${error(issue)}; write the unit` : error(issue)) })
    .transform((text, ctx) => {
      const value = read(text)
      if (typeof value === "string" || (value !== undefined && value >= leastMs && value <= mostMs)) return value
      ctx.addIssue(error({ input: text }))
      return z.NEVER
    })
    .meta({ title })
}
