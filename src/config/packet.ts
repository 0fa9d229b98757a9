import { z } from "zod"
import type { PerFamily, PortRange } from "../core/policy-config.ts"
import { expected } from "./problems.ts"

// What a packet's header says, as a policy asks for it.

/** A number, or one of `words`, of which each stands for something. */
function numberOrWord<T>(allowed: string, read: (given: number | string) => T | undefined) {
  const error = expected(allowed)
  return z
    .union([z.number(), z.string()], { error })
    .transform((given, ctx): T => {
      const value = read(given)
      if (value !== undefined) return value
      ctx.addIssue(error({ input: given }))
      return z.NEVER
    })
    .meta({ title: allowed })
}

const LARGEST_PORT = 65_535

/** Port 0 is nobody's (RFC 6335), and iptables prints a range of all ports as none. */
export const portRange = numberOrWord(
  "a port from 1 to 65535, or a range such as 27015-27030",
  (given): PortRange | undefined => {
    const [, start, end] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(given)) ?? []
    const [first, last] = [Number(start), Number(end ?? start)]
    return first >= 1 && first <= last && last <= LARGEST_PORT ? { first, last } : undefined
  },
)

/** IANA's numbers. ICMP is a protocol of its own in each family. */
const PROTOCOLS: Readonly<Record<string, PerFamily<number>>> = {
  tcp: inBoth(6),
  udp: inBoth(17),
  icmp: { 4: 1, 6: 58 },
  esp: inBoth(50),
  ah: inBoth(51),
  gre: inBoth(47),
  sctp: inBoth(132),
  dccp: inBoth(33),
  udplite: inBoth(136),
}

function inBoth(number: number): PerFamily<number> {
  return { 4: number, 6: number }
}

export const protocol = numberOrWord(
  `${Object.keys(PROTOCOLS).join(", ")}, or a protocol's number from 1 to 255`,
  (given): PerFamily<number> | undefined => {
    if (typeof given === "string") return Object.hasOwn(PROTOCOLS, given) ? PROTOCOLS[given] : undefined
    return Number.isInteger(given) && given >= 1 && given <= 255 ? inBoth(given) : undefined
  },
)

/** Protocols that have ports. */
export function hasPorts({ 4: number }: PerFamily<number>): boolean {
  return ["tcp", "udp", "sctp", "dccp", "udplite"].some(name => PROTOCOLS[name]?.[4] === number)
}

/** RFC 2474, 2597, 3246, 5865 and 8622. */
const CODE_POINTS: Readonly<Record<string, number>> = {
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map(of => [`cs${of}`, 8 * of])),
  ...Object.fromEntries([1, 2, 3, 4].flatMap(of => [1, 2, 3].map(drop => [`af${of}${drop}`, 8 * of + 2 * drop]))),
  ef: 46,
  va: 44,
  le: 1,
}

export const dscp = numberOrWord("a number from 0 to 63, or a name such as ef, af41 or cs1", given => {
  if (typeof given === "string") return Object.hasOwn(CODE_POINTS, given) ? CODE_POINTS[given] : undefined
  return Number.isInteger(given) && given >= 0 && given <= 63 ? given : undefined
})
