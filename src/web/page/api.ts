import type { Explanation } from "../../core/status-shape.ts"
import { token } from "./token.ts"
import type { EventsAnswer, Recorded } from "./shapes.ts"

/** The router refused, in its own words. */
export class Refusal extends Error {
  override readonly name = "Refusal"
  readonly status: number

  constructor(status: number, words: string) {
    super(words)
    this.status = status
  }
}

interface Said {
  readonly said: string
}

export const api = {
  events: (since: string | number) => ask<EventsAnswer>(`events?since=${since}&limit=5000`),
  explain: (link: string) => ask<Explanation>(`explain/${encodeURIComponent(link)}`),
  history: () => ask<Recorded>("history"),
  session: (candidate: string | null) => ask<{ readonly canSteer: boolean }>("session", { token: candidate }),
  drain: (link: string, order: { for?: string; force?: boolean }) => tell(link, "drain", "POST", order),
  undrain: (link: string) => tell(link, "drain", "DELETE"),
  weight: (link: string, order: { weight: number; for?: string }) => tell(link, "weight", "PUT", order),
  configuredWeight: (link: string) => tell(link, "weight", "DELETE"),
}

/** Returns what the router says of it. A token that it does not take any more is forgotten. */
async function tell(link: string, what: string, method: string, order: object = {}): Promise<string> {
  const path = `links/${encodeURIComponent(link)}/${what}`
  try {
    return (await ask<Said>(path, { method, body: JSON.stringify(order), token: token.value })).said
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) token.forget()
    throw error
  }
}

interface Asked {
  readonly method?: string
  readonly body?: string
  readonly token?: string | null
}

const WAIT_MS = 10_000

/** @throws Refusal; Error in words when there is no answer. */
async function ask<T>(path: string, { method = "GET", body, token: bearer = null }: Asked = {}): Promise<T> {
  const headers = {
    ...(bearer !== null && { Authorization: `Bearer ${bearer}` }),
    ...(body !== undefined && { "Content-Type": "application/json" }),
  }
  const response = await fetch(`/api/v1/${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(WAIT_MS),
  }).catch(() => {
    throw new Error("The router does not answer.")
  })
  if (!response.ok) throw new Refusal(response.status, await errorIn(response))
  return (await response.json()) as T
}

async function errorIn(response: Response): Promise<string> {
  const answer: unknown = await response.json().catch(() => null)
  if (typeof answer === "object" && answer !== null && "error" in answer && typeof answer.error === "string")
    return answer.error
  return `The router answered ${response.status} ${response.statusText}.`
}
