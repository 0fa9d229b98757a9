import type { Status } from "../../../core/status-shape.ts"
import { el, setText } from "../dom.ts"
import { overrideWords } from "../event-words.ts"
import { setTime, timeAgo } from "../times.ts"
import { millis } from "../../../core/figures.ts"
import { count } from "../words.ts"

/** The agent itself: rules, sharing, and what an operator has decided. */
export function agentPanel(root: HTMLElement) {
  const [rules, agent, share] = [el("dd"), el("dd"), el("dd")]
  const [applied, since] = [timeAgo(Date.now()), timeAgo(Date.now())]
  const [rulesWords, agentWords, tookWords] = [el("span"), el("span"), el("span")]
  rules.append(rulesWords, applied, tookWords)
  agent.append(agentWords, since)
  const hand = el("ul", { class: "by-hand" })
  const facts = el("dl", { class: "facts" })
  facts.append(
    ...pair("Rules", rules),
    ...pair("Agent", agent),
    ...pair("Redis", share),
    ...pair("By hand", el("dd", {}, hand)),
  )
  root.append(facts)
  return {
    update(status: Status): void {
      const { lastApply } = status
      setText(rulesWords, `${rulesText(status)}${lastApply === null ? "" : ", last changed "}`)
      applied.hidden = lastApply === null
      if (lastApply !== null) setTime(applied, Date.parse(lastApply.time))
      setText(tookWords, lastApply === null ? "" : ` in ${millis(lastApply.tookMs)}`)
      rules.className = status.rulesInSync ? "" : "trouble"
      setText(
        agentWords,
        status.pid === null ? "▼ not running: nobody watches the links" : `pid ${status.pid}, started `,
      )
      since.hidden = status.since === null
      if (status.since !== null) setTime(since, Date.parse(status.since))
      setText(share, shareText(status.share))
      listOverrides(hand, status)
    },
  }
}

function pair(name: string, value: HTMLElement): readonly HTMLElement[] {
  return [el("dt", { text: name }), value]
}

function rulesText({ rulesInSync, pid }: Status): string {
  if (rulesInSync) return "▲ in sync"
  return pid === null ? "▼ not in sync" : "▼ not in sync: the agent is mending them"
}

function shareText({ connected, error, lag }: Status["share"]): string {
  const waiting = lag === null || lag === 0 ? "" : `, ${count(lag, "event")} to be sent`
  if (connected) return `▲ connected${waiting}`
  return error === null ? "not used" : `▼ not connected: ${error}${waiting}`
}

function listOverrides(list: HTMLUListElement, { overrides }: Status): void {
  const texts = overrides.length === 0 ? ["nothing"] : overrides.map(overrideWords)
  if (texts.join("\n") === [...list.children].map(child => child.textContent).join("\n")) return
  list.replaceChildren(...texts.map(text => el("li", { text })))
}
