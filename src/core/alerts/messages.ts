import type { Incident, Message, MessageKind } from "./incident.ts"
import type { Known } from "./known.ts"
import { meaningOf } from "./meaning.ts"
import { durationWords, evidenceWords, nextCommand, oneLine, reasonWords } from "./words.ts"
import type { Topic } from "./topic.ts"
import { severityOf, titleOf } from "./titles.ts"

/** What a message is made of, beside its incident. `time`: RFC 3339, of what is told. */
interface Moment {
  readonly topic: Topic
  readonly known: Known
  readonly time: string
}

export function openedMessage(incident: Incident, moment: Moment): Message {
  return message("opened", `${incident.key}:opened`, incident, moment)
}

export function repeatedMessage(incident: Incident, moment: Moment): Message {
  return message("repeated", `${incident.key}:repeated:${incident.told}`, incident, moment)
}

/** `how`: what ended it. */
export function resolvedMessage(incident: Incident, moment: Moment & { readonly how: string }): Message {
  const { how, time } = moment
  const over = message("resolved", `${incident.key}:resolved`, incident, moment)
  const after = durationWords(Date.parse(time) - Date.parse(incident.since))
  return { ...over, until: time, happened: oneLine(how), means: `It is over, after ${after}.`, evidence: "" }
}

function message(kind: MessageKind, id: string, incident: Incident, { topic, known, time }: Moment): Message {
  const { key, event, since, condition, link, family, peer } = incident
  const lastedMs = Date.parse(time) - Date.parse(since)
  return {
    id,
    key,
    kind,
    alert: topic.name,
    router: event.router,
    site: event.site,
    condition,
    link,
    family,
    peer,
    severity: severityOf(condition),
    title: oneLine(titleOf(kind, incident, lastedMs)),
    happened: reasonWords(event),
    means: meaningOf(incident, known, topic.lines),
    evidence: evidenceWords(event),
    next: nextCommand(incident),
    time,
    since,
    until: null,
    event,
  }
}
