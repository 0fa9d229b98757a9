import type { Family } from "../../src/core/ip-family.ts"

/** So many networks; different ones for each `variant`. */
export function networks(family: Family, count: number, variant: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const [high, middle, low] = [i >> 16, (i >> 8) & 0xff, i & 0xff]
    if (family === 4) return `${10 + 4 * variant + high}.${middle}.${low}.0/24`
    return `2001:db8:${(1 + 4 * variant + high).toString(16)}:${(i & 0xffff).toString(16)}::/64`
  })
}
