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

/** None where there are none. Of a file that cannot be understood `onTrouble` hears, and it stays as it is. */
export async function readOverrides(directory: string, onTrouble: (text: string) => void): Promise<KeptOverrides> {
  const file = join(directory, OVERRIDES)
  try {
    return (await load(file)) ?? NO_OVERRIDES
  } catch (error) {
    onTrouble(
      `${file}: drains, weights and pins that were set by hand do not hold: it cannot be read: ${String(error)}`,
    )
    return NO_OVERRIDES
  }
}

/** Durable and atomic. A file that cannot be understood is put aside as `overrides.json.damaged`. */
export async function writeOverrides(directory: string, { drains, weights, pins }: KeptOverrides): Promise<void> {
  const file = join(directory, OVERRIDES)
  await load(file).catch(() => rename(file, `${file}.damaged`))
  await replaceFile(file, `${JSON.stringify({ v: 1, drains, weights, pins: pins.map(keptPin) }, null, 2)}\n`)
}

/** Null: there is none. */
async function load(file: string): Promise<KeptOverrides | null> {
  const text = await orIfMissing(readFile(file, "utf8"), null)
  return text === null ? null : schema.parse(JSON.parse(text))
}
