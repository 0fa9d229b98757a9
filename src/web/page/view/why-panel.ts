import type { Evidence } from "../../../core/evidence.ts"
import type { Explanation, FamilyExplanation, FamilyStatus, LinkStatus } from "../../../core/status-shape.ts"
import { api } from "../api.ts"
import { el } from "../dom.ts"
import { outlook, paceWords } from "../outlook.ts"
import { millis, percent } from "../../../core/figures.ts"
import { spell } from "../words.ts"

const REFRESH_MS = 5_000

/** Opened by hand, it asks the router why the link is in its state, and goes on asking while it is open. */
export function whyPanel(name: string) {
  const body = el("div", { class: "why-body" })
  const element = el("details", { class: "why" }, el("summary", { text: `Why is ${name} in this state?` }), body)
  let state = ""
  let timer = 0

  async function ask(): Promise<void> {
    clearTimeout(timer)
    if (!element.open) return
    if (body.firstChild === null) body.append(el("p", { class: "quiet", text: "Asking the router …" }))
    try {
      body.replaceChildren(...explained(await api.explain(name)))
    } catch (error) {
      body.replaceChildren(el("p", { class: "trouble", text: error instanceof Error ? error.message : String(error) }))
    }
    timer = window.setTimeout(() => void ask(), REFRESH_MS)
  }

  element.addEventListener("toggle", () => void ask())
  return {
    element,
    /** A change of state is asked about at once. */
    update(link: LinkStatus): void {
      const next = `${link.state} ${link.ipv6?.state ?? ""}`
      if (next !== state) void ask()
      state = next
    },
  }
}

function explained(explanation: Explanation): readonly Node[] {
  const { link, ipv6 } = explanation
  const six = link.ipv6 === null || ipv6 === null ? [] : [el("h4", { text: "IPv6" }), ...familyPart(link.ipv6, ipv6)]
  return [...(six.length > 0 ? [el("h4", { text: "IPv4" })] : []), ...familyPart(link, explanation), ...six]
}

function familyPart(link: FamilyStatus, explanation: FamilyExplanation): readonly Node[] {
  const { decidedBy, now } = explanation
  return [
    el("p", {}, el("b", { text: `${link.state}: ` }), link.reason),
    ...(decidedBy === null && now === null ? [] : [evidenceTable(decidedBy, now)]),
    el("p", { text: `${outlook(link, explanation)} ${paceWords(explanation)}`.trim() }),
  ]
}

/** Each measured value, when the state was decided and now, beside the limit that it is held against. */
function evidenceTable(decidedBy: Evidence | null, now: Evidence | null): HTMLElement {
  const limits = (now ?? decidedBy)?.thresholds
  const head = ["Evidence", "When decided", "Now", "Limit"]
  const rows = Object.entries(VALUES).map(([name, { of, limit }]) => [
    name,
    decidedBy === null ? "–" : of(decidedBy),
    now === null ? "–" : of(now),
    limits === undefined ? "" : limit(limits),
  ])
  return el(
    "table",
    { class: "evidence" },
    el(
      "thead",
      {},
      el("tr", {}, ...head.map((text, i) => el("th", { scope: "col", class: i > 0 ? "number" : "", text }))),
    ),
    el("tbody", {}, ...rows.map(row)),
  )
}

function row(texts: readonly string[]): HTMLElement {
  const [name = "", ...values] = texts
  return el(
    "tr",
    {},
    el("th", { scope: "row", text: name }),
    ...values.map(text => el("td", { class: "number", text })),
  )
}

interface Value {
  readonly of: (evidence: Evidence) => string
  readonly limit: (thresholds: Evidence["thresholds"]) => string
}

const VALUES: Readonly<Record<string, Value>> = {
  "Last answer": {
    of: ({ silenceMs }) => (silenceMs === null ? "none yet" : `${spell(silenceMs)} ago`),
    limit: ({ downAfterMs }) => millis(downAfterMs),
  },
  "Users' traffic": {
    of: ({ trafficMs }) => (trafficMs === null ? "–" : `${spell(trafficMs)} ago`),
    limit: () => "",
  },
  "Targets answering": { of: ({ answering }) => String(answering), limit: ({ quorum }) => `at least ${quorum}` },
  "Probes lost": { of: ({ probesLost, probesSent }) => `${probesLost} of ${probesSent}`, limit: () => "" },
  Loss: { of: ({ lossRatio }) => percent(lossRatio), limit: ({ lossRatio }) => percent(lossRatio) },
  RTT: { of: ({ rttMs }) => millis(rttMs), limit: ({ rttMs }) => millis(rttMs) },
  "Proof of loss": { of: ({ evidenceOfLoss }) => percent(evidenceOfLoss), limit: () => "100 %" },
  "Proof of slowness": { of: ({ evidenceOfSlowness }) => percent(evidenceOfSlowness), limit: () => "100 %" },
}
