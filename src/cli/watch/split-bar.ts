import { percent } from "../../core/figures.ts"
import { type Paint } from "../format.ts"

/** A link's part, 0..1. */
interface Part {
  readonly name: string
  readonly ratio: number
}

/** `|isp1 70 % ------------|isp2 30 % ----|`, `width` columns in all: each part as long as it is large. */
export function splitBar(parts: readonly Part[], width: number, paint: Paint): string {
  const colours = [paint.green, paint.cyan, paint.magenta, paint.yellow, paint.blue]
  const room = width - 1
  const ends = parts.map((_, i) => Math.round(room * parts.slice(0, i + 1).reduce((sum, { ratio }) => sum + ratio, 0)))
  const pieces = parts.map(({ name, ratio }, i) => {
    const length = (ends[i] ?? 0) - (ends[i - 1] ?? 0)
    if (length === 0) return ""
    const text = `|${name} ${percent(ratio)} `.slice(0, length).padEnd(length, "-")
    return (colours[i % colours.length] ?? paint.reset)(text)
  })
  return `${pieces.join("")}|`
}
