import type { Finding } from "../core/diagnose/finding.ts"
import { wrap, type Paint } from "./format.ts"

const WORDS = { ok: "ok", note: "note", warning: "warning", problem: "PROBLEM" } as const
const LEVEL_WIDTH = 9
const NARROWEST = 40

/** What matters most comes last, next to the prompt. */
const ORDER = ["ok", "note", "warning", "problem"] as const

/** `doctor` for people: what was looked at, what was found, and below it what to do, ready to copy. */
export function doctorText(findings: readonly Finding[], paint: Paint, width: number): string {
  const checkWidth = Math.max(...findings.map(({ check }) => check.length)) + 2
  const indent = LEVEL_WIDTH + checkWidth
  const sorted = ORDER.flatMap(level => findings.filter(finding => finding.level === level))
  const lines = sorted.flatMap(finding => {
    const label = `${colour(finding, paint)(WORDS[finding.level].padEnd(LEVEL_WIDTH))}${finding.check.padEnd(checkWidth)}`
    const [first = "", ...rest] = wrap(finding.text, Math.max(NARROWEST, width - indent))
    const mend = finding.mend === null ? [] : [paint.bold(`→ ${finding.mend}`)]
    return [`${label}${first}`, ...[...rest, ...mend].map(line => `${" ".repeat(indent)}${line}`)]
  })
  return [...lines, "", conclusion(findings, paint)].join("\n")
}

function colour({ level }: Finding, paint: Paint): (text: string) => string {
  return { ok: paint.green, note: paint.cyan, warning: paint.yellow, problem: paint.red }[level]
}

function conclusion(findings: readonly Finding[], paint: Paint): string {
  const count = (level: Finding["level"]) => findings.filter(finding => finding.level === level).length
  const [problems, warnings] = [count("problem"), count("warning")]
  if (problems > 0) return paint.red(`${counted(problems, "problem")}, ${counted(warnings, "warning")}.`)
  return warnings > 0 ? paint.yellow(`No problem, ${counted(warnings, "warning")}.`) : paint.green("All is well.")
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`
}
