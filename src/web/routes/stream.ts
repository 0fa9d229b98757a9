import type { FastifyInstance } from "fastify"
import type { JournalEvent } from "../../core/events.ts"
import type { Live } from "../live.ts"
import { Refusal } from "../refusal.ts"
import { route } from "../route.ts"
import { message } from "../streams.ts"

/** Whoever missed more is told the newest of it. */
const MOST_MISSED = 5_000

/** What happens, as it does. */
export function stream(app: FastifyInstance, live: Live): void {
  route(app, "/api/v1/stream", {
    GET: async ({ headers }, reply) => {
      const missed = missedSince(headers["last-event-id"], live)
      const now = await live.shown.get().catch(() => null)
      if (live.streams.isFull())
        throw new Refusal(503, "too many are watching already: close other pages, or try again")
      reply.hijack()
      await live.streams.open(reply.raw, now === null ? null : message("status", now.json), missed)
    },
    HEAD: () => {
      throw new Refusal(405, "HEAD does nothing here: use GET")
    },
  })
}

/** A page that has seen nothing yet misses nothing: it asks for events itself. */
function missedSince(lastId: string | readonly string[] | undefined, { recent }: Live): AsyncIterable<JournalEvent> {
  if (lastId === undefined) return recent.since(recent.lastSeq() + 1)
  if (typeof lastId !== "string" || !/^\d{1,15}$/.test(lastId))
    throw new Refusal(400, "Last-Event-ID: expected the number of an event")
  return recent.since(Math.max(Number(lastId) + 1, recent.lastSeq() - MOST_MISSED + 1))
}
