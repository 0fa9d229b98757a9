import { z } from "zod"
import type { Order } from "../core/orders.ts"
import type { Override } from "../core/overrides.ts"

const lasting = { link: z.string().max(64), until: z.iso.datetime().nullable() }

const override: z.ZodType<Override> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("drain"), ...lasting, force: z.boolean() }),
  z.strictObject({ kind: z.literal("weight"), ...lasting, weight: z.int().min(0).max(10_000) }),
])

/** What comes in by the control socket: from this version's commands, or from anything else. */
export const orderShape: z.ZodType<Order> = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("set"), override }),
  z.strictObject({ do: z.literal("clear"), kind: z.enum(["drain", "weight"]), link: z.string().max(64) }),
])
