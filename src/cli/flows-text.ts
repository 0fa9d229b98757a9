import type { Flows } from "../core/flows.ts"
import { hex } from "../core/hex.ts"
import { columns, percent, type Paint } from "./format.ts"

const head = ["LINK", "MARK", "WEIGHT", "SHARE", "NEW FLOWS", "", "TRACKED", ""]
const alignments = ["left", "right", "right", "right", "right", "right", "right", "right"] as const

/** `flows` for people. */
export function flowsText({ links, unmarked, strangers }: Flows, paint: Paint): string {
  const newFlows = links.reduce((sum, link) => sum + (link.newFlows ?? 0), 0)
  const tracked = links.reduce((sum, link) => sum + link.tracked, 0)
  const rows = links.map(link => [
    paint.bold(link.name),
    hex(link.mark),
    `${link.weight}`,
    percent(link.share),
    link.newFlows === null ? "–" : String(link.newFlows),
    link.newFlows === null ? "" : part(link.newFlows, newFlows),
    String(link.tracked),
    part(link.tracked, tracked),
  ])
  const isSetUp = links.some(({ share }) => share > 0)
  return [
    ...(isSetUp ? [] : [paint.red("The rules give no new flow to any link: evenkeel status"), ""]),
    columns([head.map(paint.dim), ...rows], "", alignments),
    "",
    "SHARE      what the rules give to a link of the flows that begin now",
    "NEW FLOWS  what it was given since the rules last changed",
    `TRACKED    its connections now; ${unmarked} more bear no mark (to the router itself, older)`,
    ...(strangers === 0
      ? []
      : [paint.yellow(`           ${strangers} bear a mark that is no link's: evenkeel doctor`)]),
  ].join("\n")
}

function part(count: number, total: number): string {
  return total === 0 ? "" : percent(count / total)
}
