import type { Stage } from "../../core/debug/journey.ts"
import type { PacketSeen, RuleMet } from "../../core/debug/read-trace.ts"
import { markName, ruleWords, type Named } from "../../core/debug/words.ts"
import type { Paint } from "../format.ts"
import { endpoint } from "./flow-line.ts"

const WHERE_WIDTH = 22

/** One line of a trace for people: `  mangle LOAD_BALANCE    no mark: gets the mark of isp2`. */
export function stageText(stage: Stage, links: readonly Named[], paint: Paint): string {
  switch (stage.kind) {
    case "begins":
      return paint.bold(`packet ${stage.number}: ${packetText(stage.packet, links)}`)
    case "changed":
      return paint.cyan(`  ${"".padEnd(WHERE_WIDTH)}  ${changeText(stage.before, stage.packet, links)}`)
    case "rule":
      return `  ${`${stage.met.table} ${stage.met.chain}`.padEnd(WHERE_WIDTH)}  ${metText(stage.met, links, paint)}`
  }
}

function packetText({ from, to, fromPort, toPort, inBy, mark }: PacketSeen, links: readonly Named[]): string {
  const way = `${endpoint(from, fromPort)} → ${endpoint(to, toPort)}`
  const origin = inBy === null ? "from the router itself" : `in by ${inBy}`
  return `${way}, ${origin}, ${markText(mark, links)}`
}

/** What routing, marking and translating have made of it. */
function changeText(before: PacketSeen, now: PacketSeen, links: readonly Named[]): string {
  return [
    ...(now.mark === before.mark ? [] : [`${markText(before.mark, links)} ⇒ ${markText(now.mark, links)}`]),
    ...(now.outBy === before.outBy || now.outBy === null ? [] : [`routed out by ${now.outBy}`]),
    ...(now.to === before.to ? [] : [`now to ${now.to}`]),
    ...(now.from === before.from ? [] : [`now from ${now.from}`]),
  ].join(", ")
}

export function markText(mark: number, links: readonly Named[]): string {
  return mark === 0 ? "no mark" : `mark of ${markName(mark, links)}`
}

function metText({ rule, verdict }: RuleMet, links: readonly Named[], paint: Paint): string {
  if (rule === null) return paint.red("dropped by the chain's policy")
  const words = ruleWords(rule, links)
  return verdict === "DROP" ? paint.red(words) : words
}
