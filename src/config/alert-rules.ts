import type { Draft, Finding, Path } from "./draft.ts"

type AlertDraft = NonNullable<NonNullable<Draft["alerts"]>[number]>

export function alertRules(draft: Draft): Finding[] {
  const { alerts = [], links } = draft
  return alerts.flatMap((alert, index) => {
    if (alert === undefined) return []
    const path = ["alerts", index]
    return [
      ...nameTaken(alerts, index),
      ...repeated(alert, path),
      ...linkFindings(alert, path, links),
      ...peerFindings(alert, path, "share" in draft),
      ...receiverFindings(alert, [...path, "to"]),
    ]
  })
}

function nameTaken(alerts: NonNullable<Draft["alerts"]>, index: number): Finding[] {
  const name = alerts[index]?.name
  const first = alerts.findIndex(other => other?.name === name)
  if (name === undefined || first === index) return []
  const message = `found ${name}, already the name of alerts[${first}]; each alert needs its own`
  return [{ path: ["alerts", index, "name"], message }]
}

function repeated({ when = [] }: AlertDraft, path: Path): Finding[] {
  return when.flatMap((condition, index) =>
    condition === undefined || when.indexOf(condition) === index
      ? []
      : [{ path: [...path, "when", index], message: `found ${condition} a second time; name it once` }],
  )
}

function linkFindings({ links: named = [] }: AlertDraft, path: Path, links: Draft["links"]): Finding[] {
  const known = links?.map(link => link?.name)
  // A name that was refused may be the one that is meant.
  if (known === undefined || known.includes(undefined)) return []
  return named.flatMap((name, index) =>
    name === undefined || known.includes(name)
      ? []
      : [{ path: [...path, "links", index], message: `found ${name}, expected a link: ${known.join(", ")}` }],
  )
}

function peerFindings({ when = [] }: AlertDraft, path: Path, isShared: boolean): Finding[] {
  if (isShared || !when.includes("peer.lost")) return []
  const message = "found peer.lost, but there is no share: this router knows of no others; remove it, or share"
  return [{ path: [...path, "when", when.indexOf("peer.lost")], message }]
}

function receiverFindings({ to }: AlertDraft, path: Path): Finding[] {
  if (to === undefined) return []
  const given = Object.keys(to)
  if (given.length !== 1) {
    const found = given.length === 0 ? "found none" : `found ${given.join(" and ")}`
    const message = `${found}, expected exactly one receiver; who wants two writes two alerts`
    return [{ path, message }]
  }
  return [
    ...passwordFindings(to.email, [...path, "email"]),
    ...passwordFindings(to.alertmanager, [...path, "alertmanager"]),
    ...mailFindings(to.email, [...path, "email"]),
  ]
}

interface Login {
  readonly username?: unknown
  readonly password?: unknown
}

function passwordFindings(login: Login | undefined, path: Path): Finding[] {
  if (login === undefined || "username" in login === "password" in login) return []
  return [{ path, message: "username and password go together; give both, or neither" }]
}

function mailFindings(email: NonNullable<AlertDraft["to"]>["email"], path: Path): Finding[] {
  if (email?.tls !== "off" || !("password" in email)) return []
  return [
    {
      path: [...path, "tls"],
      message: "found off, which would send the password for all to read; encrypt, or log in to nobody",
    },
  ]
}
