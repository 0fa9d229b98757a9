import { z } from "zod"
import type { Order } from "../core/orders.ts"
import type { LinkOverride } from "../core/overrides.ts"
import type { AskedPin } from "../core/pins.ts"

const name = z.string().max(64)
const until = z.iso.datetime().nullable()
const lasting = { link: name, until }

const override: z.ZodType<LinkOverride> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("drain"), ...lasting, force: z.boolean() }),
  z.strictObject({ kind: z.literal("weight"), ...lasting, weight: z.int().min(0).max(10_000) }),
])

const word = z.union([name, z.number()])

/** What its words mean is judged as in the configuration: src/config/pin.ts. */
const pin: z.ZodType<AskedPin> = z.strictObject({
  match: z.record(name, z.union([word, z.array(word).max(256)])),
  use: z.array(name).max(64),
  ifDown: z.enum(["next", "balance", "block"]),
  until,
})

/** What comes in by the control socket: from this version's commands, or from anything else. */
export const orderShape: z.ZodType<Order> = z.union([
  z.strictObject({ do: z.literal("set"), override }),
  z.strictObject({ do: z.literal("pin"), pin }),
  z.strictObject({ do: z.literal("clear"), kind: z.enum(["drain", "weight"]), link: name }),
  z.strictObject({ do: z.literal("clear"), kind: z.literal("pin"), name }),
])
