import type { ChainCounter } from "../../core/counters.ts"
import { ruleWords, type Named } from "../../core/debug/words.ts"
import { columns, type Paint } from "../format.ts"

const head = ["TABLE", "CHAIN", "PACKETS", "BYTES", "RULE"]
const alignments = ["left", "left", "right", "right", "left"] as const

/** `debug counters` for people; a second table where IPv6 is steered as well. */
export function countersText(rows: readonly ChainCounter[], links: readonly Named[], paint: Paint): string {
  if (rows.length === 0) return paint.yellow("There are no rules of evenkeel's: evenkeel apply, or evenkeel run")
  const families = [...new Set(rows.map(({ family }) => family))]
  return families
    .map(family =>
      tableOf(
        family,
        rows.filter(row => row.family === family),
        links,
        paint,
      ),
    )
    .join("\n\n")
}

function tableOf(family: string, rows: readonly ChainCounter[], links: readonly Named[], paint: Paint): string {
  const cells = rows.map(({ table, chain, packets, bytes, rule }, i) => [
    table,
    rows[i - 1]?.chain === chain ? "" : paint.bold(chain),
    String(packets),
    bytesText(bytes),
    ruleWords(rule, links),
  ])
  return [...(family === "ipv4" ? [] : ["IPv6"]), columns([head.map(paint.dim), ...cells], "", alignments)].join("\n")
}

const UNITS = ["", "k", "M", "G", "T"]

/** `812`, `3.4 M`: decimal, as line rates are. */
function bytesText(bytes: number): string {
  const power = bytes === 0 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  return power === 0 ? String(bytes) : `${(bytes / 1000 ** power).toFixed(1)} ${UNITS[power] ?? ""}`
}
