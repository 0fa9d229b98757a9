import type { FastifyInstance } from "fastify"
import { readiness } from "../../core/readiness.ts"
import type { Live } from "../live.ts"
import { Refusal } from "../refusal.ts"
import { route } from "../route.ts"

/** What programs that watch over programs ask for. */
export function watchers(app: FastifyInstance, live: Live): void {
  route(app, "/metrics", {
    GET: async (_, reply) => {
      const { status } = await live.shown.get()
      const text = await live.metrics.text({ status, journal: live.journal(), streams: live.streams.count() })
      return reply.type(live.metrics.contentType).send(text)
    },
  })
  route(app, "/healthz", {
    GET: async () => {
      await live.shown.get()
      return { ok: true }
    },
  })
  route(app, "/readyz", {
    GET: async () => {
      const reasons = readiness((await live.shown.get()).status)
      if (reasons.length > 0) throw new Refusal(503, `not ready: ${reasons.join("; ")}`)
      return { ready: true }
    },
  })
}
