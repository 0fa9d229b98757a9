import type { JournalEvent } from "../../core/events.ts"
import type { Attempt } from "../../lab/traffic/report.ts"
import { millis, percent } from "../../core/figures.ts"
import { columns, type Screen } from "../format.ts"
import type { Finding } from "./record.ts"

const BAR = 30

/** `  12 s  ██████████████████████▒▒▒▒▒▒▒▒  isp1 36  isp2 14  failed 0`: the new flows of one second. */
export function secondLine(
  screen: Screen,
  second: number,
  attempts: readonly Attempt[],
  linkOf: (address: string) => string | null,
): string {
  const { colors } = screen
  const count = (link: string) => attempts.filter(({ via }) => via !== null && linkOf(via) === link).length
  const [one, two] = [count("isp1"), count("isp2")]
  const failed = attempts.filter(attempt => !attempt.ok).length
  const width = one + two === 0 ? 0 : Math.round((BAR * one) / (one + two))
  const blank = one + two === 0
  const bar = blank ? " ".repeat(BAR) : colors.green("█".repeat(width)) + colors.cyan("▒".repeat(BAR - width))
  const lost = failed === 0 ? "" : colors.red(`  failed ${failed}`)
  return `${stamp(second)}${bar}  isp1 ${pad(one)}  isp2 ${pad(two)}${lost}`
}

export function sceneLine(screen: Screen, second: number, title: string): string {
  return `\n${stamp(second)}${screen.colors.bold(`▶ ${title}`)}`
}

/** Null: nothing that the audience has to know. */
export function eventLine(screen: Screen, second: number, event: JournalEvent): string | null {
  const { colors } = screen
  if (event.type === "link.state" && event.from !== "unknown") {
    const paint = event.to === "up" ? colors.green : colors.red
    return `${stamp(second)}${paint(`● ${event.link} is ${event.to}`)}: ${event.reason}`
  }
  if (event.type !== "weights.applied") return null
  const shares = Object.entries(event.shares).map(([link, share]) => `${link} ${percent(share)}`)
  return `${stamp(second)}${colors.yellow("● rules rewritten")} in ${millis(event.tookMs)}: new flows now ${shares.join(", ")}`
}

export function summary(screen: Screen, findings: readonly Finding[]): string {
  const { colors } = screen
  const rows = findings.map(finding => [
    finding.asExpected ? colors.green("✔") : colors.red("✘"),
    finding.name,
    millis(finding.detectedMs),
    millis(finding.rulesMs),
    finding.outageMs === 0 ? "none" : millis(finding.outageMs),
    `${finding.failed} of ${finding.opened}`,
    String(finding.brokenElsewhere),
  ])
  const head = ["", "", "detected after", "steered after", "users' outage", "failed", "broken"]
  return columns([head, ...rows], "  ")
}

function stamp(second: number): string {
  return `${second.toFixed(1).padStart(5)} s  `
}

function pad(count: number): string {
  return String(count).padStart(3)
}
