import type { Flows, LinkFlows } from "../core/flows.ts"
import { hex } from "../core/hex.ts"
import type { Override } from "../core/overrides.ts"
import type { PolicyFlows } from "../core/policy-flows.ts"
import { percent } from "../core/figures.ts"
import { columns, type Paint } from "./format.ts"
import { overrideText } from "./override-text.ts"
import { policyTable } from "./policy-flows-text.ts"

const head = ["LINK", "MARK", "WEIGHT", "SHARE", "NEW FLOWS", "", "TRACKED", "", "TCP", "UDP", "OTHER"]
const alignments = ["left", ...head.slice(1).map(() => "right" as const)] as const

/** What `flows --json` prints, IPv4's at the top; `ipv6` null: it is not steered. */
export interface AllFlows {
  readonly ipv4: Flows
  readonly ipv6: Flows | null
  readonly policies: readonly PolicyFlows[]
  readonly overrides: readonly Override[]
}

/** `flows` for people. `isLive`: what is new is what came since the look before. */
export function flowsText({ ipv4, ipv6, policies, overrides }: AllFlows, paint: Paint, isLive: boolean): string {
  const isSetUp = ipv4.links.some(({ share }) => share > 0)
  const families = ipv6 === null ? [ipv4] : [ipv4, ipv6]
  return [
    ...(isSetUp ? [] : [paint.red("The rules give no new flow to any link: evenkeel status"), ""]),
    tableOf(ipv4, paint),
    ...(ipv6 === null ? [] : ["", "IPv6", tableOf(ipv6, paint)]),
    ...policyTable(policies, paint),
    "",
    ...overrides.map((override, i) => (i === 0 ? "BY HAND" : "").padEnd(INDENT) + overrideText(override)),
    "SHARE      what the rules give to a link of the flows that begin now",
    `NEW FLOWS  what it was given since ${isLive ? "the look before" : "the rules last changed"}`,
    ...(policies.length === 0 ? [] : [policyLegend(isLive)]),
    `TRACKED    its connections now; ${total(families, "unmarked")} more bear no mark (to the router itself, older)`,
    ...strangersText(total(families, "strangers"), paint),
  ].join("\n")
}

/** Width of the words before a legend. */
const INDENT = 11

function policyLegend(isLive: boolean): string {
  const time = isLive ? "" : " since policies, pins or sets last changed"
  return `${"".padEnd(INDENT)}of a policy: first packets that met it${time}; each try of a refused flow counts`
}

function tableOf({ links }: Flows, paint: Paint): string {
  return columns([head.map(paint.dim), ...links.map(link => rowOf(link, paint))], "", alignments)
}

function rowOf({ name, mark, weight, share, newFlows, newShare, ...link }: LinkFlows, paint: Paint): readonly string[] {
  const { tcp, udp, other } = link.trackedBy
  return [
    paint.bold(name),
    hex(mark),
    String(weight),
    percent(share),
    newFlows === null ? "–" : String(newFlows),
    newShare === null ? "" : percent(newShare),
    String(link.tracked),
    link.trackedShare === null ? "" : percent(link.trackedShare),
    ...[tcp, udp, other].map(String),
  ]
}

function total(families: readonly Flows[], what: "unmarked" | "strangers"): number {
  return families.reduce((sum, flows) => sum + flows[what], 0)
}

function strangersText(strangers: number, paint: Paint): readonly string[] {
  return strangers === 0 ? [] : [paint.yellow(`           ${strangers} bear a mark that is no link's: evenkeel doctor`)]
}
