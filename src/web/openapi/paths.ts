import { z } from "zod"
import { drainBody, weightBody } from "../bodies.ts"
import { named, text, type Schema } from "./schema.ts"
import type { shapes } from "./shapes.ts"

type Shape = keyof typeof shapes

/** An operation that answers with JSON; statuses beside 200 are refusals. */
interface Told {
  readonly summary: string
  readonly answer: Shape
  readonly refusals: readonly number[]
  readonly parameters?: readonly Schema[]
  readonly body?: z.ZodType
}

/** Of everything: the Host, and an agent that does not answer. */
const ALWAYS = [421, 503] as const
const STEERING = [400, 401, 403, 404, ...ALWAYS] as const
const WITH_BODY = [...STEERING, 413, 415] as const

const link = { name: "link", in: "path", required: true, schema: text, description: "Name of a link." }

function inQuery(name: string, description: string, schema: Schema = text): Schema {
  return { name, in: "query", description, schema }
}

const eventsParameters = [
  inQuery("since", "So long ago (`45s`, `30m`, `24h`, `7d`), or the number of an event: those that came after it."),
  inQuery("link", "Only events of this link."),
  inQuery("type", "Only events of this type; may be repeated."),
  inQuery("limit", "The newest so many of those that match.", {
    type: "integer",
    minimum: 1,
    maximum: 5000,
    default: 500,
  }),
]

export const paths = {
  "/api/v1/status": { get: looking("How things stand: as `evenkeel status --json`.", "Status") },
  "/api/v1/peers": { get: looking("Other routers: as `evenkeel peers --json`.", "Peers") },
  "/api/v1/events": {
    get: operation({
      summary: "The journal, oldest first.",
      answer: "Events",
      refusals: [400, ...ALWAYS],
      parameters: eventsParameters,
    }),
  },
  "/api/v1/explain/{link}": {
    get: operation({
      summary: "Why a link is in the state it is in: as `evenkeel explain LINK --json`.",
      answer: "Explanation",
      refusals: [404, ...ALWAYS],
      parameters: [link],
    }),
  },
  "/api/v1/history": { get: looking("The last hour, in steps; null: nothing was measured.", "History") },
  "/api/v1/stream": { get: streaming() },
  "/api/v1/links/{link}/drain": {
    post: steering("Give the link no new flows.", drainBody),
    delete: steering("Give it new flows again."),
  },
  "/api/v1/links/{link}/weight": {
    put: steering("Give the link another weight.", weightBody),
    delete: steering("Give it its configured weight again."),
  },
  "/api/v1/session": {
    get: {
      ...operation({ summary: "Whether this token may steer.", answer: "Session", refusals: [401, 421] }),
      security: [{}, { token: [] }],
    },
  },
  "/api/v1/openapi.json": { get: plain("This document.", "application/json", { type: "object" }) },
  "/metrics": { get: plain("For Prometheus: docs/metrics.md.", "text/plain", text) },
  "/healthz": { get: looking("Whether the agent answers.", "Alive") },
  "/readyz": {
    get: looking(
      "Whether the rules are in sync and the state of every link is known; 503 says what is missing.",
      "Ready",
    ),
  },
}

function looking(summary: string, answer: Shape) {
  return operation({ summary, answer, refusals: ALWAYS })
}

function steering(summary: string, body?: z.ZodType) {
  const told = { summary, answer: "Said", parameters: [link] } as const
  const asked = body === undefined ? { ...told, refusals: STEERING } : { ...told, refusals: WITH_BODY, body }
  return { ...operation(asked), security: [{ token: [] }] }
}

function operation({ summary, answer, refusals, parameters = [], body }: Told) {
  const refused = refusals.map(status => [status, { description: "Refused.", ...json(named("Error")) }] as const)
  return {
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: json(z.toJSONSchema(body, { io: "input" })) }),
    responses: { 200: { description: summary, ...json(named(answer)) }, ...Object.fromEntries(refused) },
  }
}

function plain(summary: string, type: string, schema: Schema) {
  return { summary, responses: { 200: { description: summary, content: { [type]: { schema } } } } }
}

function streaming() {
  const description =
    "Server-sent events. `status`: data as of /api/v1/status, at once and whenever it has changed, at most twice a second. " +
    "`journal`: one event, with its number as id, so that Last-Event-ID resumes. `sample`: one step of the history (Sample)."
  return { ...plain("What happens, as it does.", "text/event-stream", text), description }
}

function json(schema: unknown) {
  return { content: { "application/json": { schema } } }
}
