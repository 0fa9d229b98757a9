import type { z } from "zod"
import type { Document } from "./schema.ts"

type Partly<T> = T extends readonly (infer E)[]
  ? readonly (Partly<E> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Partly<T[K]> | undefined }
    : T

/** A document in which every value that was refused is undefined, so that the rules can judge the rest. */
export type Draft = Partly<Document>

export type DraftLink = NonNullable<NonNullable<Draft["links"]>[number]>

export type Path = readonly PropertyKey[]

/** A problem of one value in the light of others; `path` is the later of the places in question. */
export interface Finding {
  readonly path: Path
  readonly message: string
}

/** Where `issues` refuse a value. An unknown key refuses no value that anything else looks at: Zod has dropped it. */
export function refusedPaths(issues: readonly z.core.$ZodRawIssue[]): Path[] {
  return issues.filter(({ code }) => code !== "unrecognized_keys").map(({ path }) => path ?? [])
}

export function draftOf(read: unknown, refused: readonly Path[]): Draft {
  return refused.reduce<unknown>(without, read) as Draft
}

/** A copy of `value` with undefined at `path`; the key itself stays, to tell a refused value from an absent one. */
function without(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return undefined
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? without(item, rest) : item))
  if (typeof value !== "object" || value === null) return value
  return { ...value, [key]: without((value as Record<PropertyKey, unknown>)[key], rest) }
}
