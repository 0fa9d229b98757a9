import type { Config } from "../config.ts"
import { hex } from "../hex.ts"

/** Whose marks these are, by what their chains are called and their rules say; null: unknown. */
export function ownerOf(chain: string, rule: string): string | null {
  const text = `${chain} ${rule}`
  return OWNERS.find(([pattern]) => pattern.test(text))?.[1] ?? null
}

const OWNERS: readonly (readonly [RegExp, string])[] = [
  [/\bts-(?:input|forward|postrouting)\b/, "Tailscale"],
  [/\bKUBE-/, "Kubernetes"],
  [/\bDOCKER\b|\bDOCKER-/, "Docker"],
  [/\bcali-/, "Calico"],
  [/\bCILIUM_/, "Cilium"],
  [/wg-quick/, "wg-quick"],
  [/\bufw-/, "ufw"],
]

/**
 * What to put into the configuration so that our marks are in nobody's way; null: every field of such a width has a bit
 * that others use, as where somebody sets marks as a whole.
 */
export function otherMask({ markMask, links }: Config, used: number): string | null {
  const shift = Math.clz32(1) - Math.clz32(lowestBit(markMask))
  const field = markMask >>> shift
  for (let up = 0; up <= Math.clz32(field); up += DIGIT) {
    const mask = (field << up) >>> 0
    if ((mask & used) !== 0) continue
    const marks = links.map(({ mark }) => hex(((mark >>> shift) << up) >>> 0))
    return `give evenkeel other bits, and restart it: markMask: ${hex(mask)}, marks of links: ${marks.join(", ")}`
  }
  return null
}

/** Fields that begin with a hexadecimal digit are the easier to read. */
const DIGIT = 4

function lowestBit(bits: number): number {
  return (bits & -bits) >>> 0
}
