import { readFile, rename } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { keptPin, NO_OVERRIDES, type KeptOverrides } from "../core/overrides.ts"
import { orIfMissing } from "../files/if-missing.ts"
import { replaceFile } from "../files/replace-file.ts"

const OVERRIDES = "overrides.json"

const until = z.iso.datetime().nullable()

const word = z.union([z.string(), z.number()])

const pin = z.object({
  name: z.string().regex(/^pin[1-9]\d{0,5}$/),
  match: z.record(z.string(), z.union([word, z.array(word)])),
  use: z.array(z.string()),
  ifDown: z.enum(["next", "balance", "block"]),
  until,
})

const schema = z.object({
  v: z.literal(1),
  drains: z.record(z.string(), z.object({ until, force: z.boolean() })),
  weights: z.record(z.string(), z.object({ until, weight: z.int().min(0).max(10_000) })),
  /** Since 0.2. */
  pins: z.array(pin).default([]),
})

/**
 * None where there are none. Of a file that cannot be understood `onDamage` hears, and it stays as it is.
 * @throws Error where the disk does not tell what is in the file.
 */
export async function readOverrides(directory: string, onDamage: (text: string) => void): Promise<KeptOverrides> {
  const file = join(directory, OVERRIDES)
  const text = await orIfMissing(readFile(file, "utf8"), null).catch((cause: unknown) => {
    throw new Error(`${file} cannot be read (moved away, it is done without): ${String(cause)}`, { cause })
  })
  if (text === null) return NO_OVERRIDES
  try {
    return understood(text)
  } catch (error) {
    onDamage(`${file}: drains, weights and pins that were set by hand do not hold: it is damaged: ${String(error)}`)
    return NO_OVERRIDES
  }
}

/** For whoever can do without: none, too, where they cannot be read. */
export async function readableOverrides(directory: string): Promise<KeptOverrides> {
  return readOverrides(directory, () => undefined).catch(() => NO_OVERRIDES)
}

/** Durable and atomic. A file that cannot be read or understood is put aside as `overrides.json.damaged`. */
export async function writeOverrides(directory: string, { drains, weights, pins }: KeptOverrides): Promise<void> {
  const file = join(directory, OVERRIDES)
  const before = orIfMissing(readFile(file, "utf8"), null)
  await before.then(text => text === null || understood(text)).catch(() => rename(file, `${file}.damaged`))
  await replaceFile(file, `${JSON.stringify({ v: 1, drains, weights, pins: pins.map(keptPin) }, null, 2)}\n`)
}

/** @throws Error for what is no such file. */
function understood(text: string): KeptOverrides {
  return schema.parse(JSON.parse(text))
}
