import type { FastifyInstance } from "fastify"
import { eventsQuery, read } from "../input.ts"
import type { Live, Shown } from "../live.ts"
import { newest } from "../newest.ts"
import { Refusal } from "../refusal.ts"
import { remembered, type Remembered } from "../remembered.ts"
import { route } from "../route.ts"
import type { Source } from "../source.ts"
import { taking } from "../taking.ts"

const EXPLAINED_MS = 1_000
const HISTORY_MS = 1_000
/** An answer may be megabytes, so no more than this are being made, or wait to be read by whoever asked. */
const MOST_ANSWERS = 24

/** What anybody may see. */
export function looks(app: FastifyInstance, source: Source, live: Live): void {
  const history = remembered(HISTORY_MS, () => Promise.resolve(Buffer.from(JSON.stringify(live.history.json()))))
  const explained = explaining(source, live)
  const inTurn = taking(MOST_ANSWERS)
  let unread = 0

  route(app, "/api/v1/status", { GET: async (_, reply) => asJson(reply).send((await live.shown.get()).json) })
  route(app, "/api/v1/peers", { GET: async () => (await live.shown.get()).status.peers })
  route(app, "/api/v1/history", { GET: async (_, reply) => asJson(reply).send(await history.get()) })
  route(app, "/api/v1/explain/:link", {
    GET: ({ params }) => explained((params as { readonly link: string }).link),
  })
  route(app, "/api/v1/events", {
    GET: async ({ query }, reply) => {
      const { since, link, type: types, limit } = read(eventsQuery, query)
      const sinceSeq = since !== undefined && "seq" in since ? since.seq + 1 : undefined
      const sinceMs = since !== undefined && "agoMs" in since ? Date.now() - since.agoMs : undefined
      if (unread >= MOST_ANSWERS) throw new Refusal(503, "too many ask for events at once: ask again in a few seconds")
      unread += 1
      reply.raw.on("close", () => (unread -= 1))
      return inTurn(() => newest(live.recent, { sinceSeq, sinceMs, link, types, limit }))
    },
  })
}

function asJson(reply: { type: (type: string) => typeof reply; send: (payload: string | Buffer) => unknown }) {
  return reply.type("application/json; charset=utf-8")
}

/** The agent is asked at most once a second for each of its links, and for no other. */
function explaining({ ask }: Source, live: Live): (link: string) => Promise<unknown> {
  const answers = new Map<string, Remembered<unknown>>()
  return async link => {
    knownLink(await live.shown.get(), link)
    const answer = answers.get(link) ?? remembered(EXPLAINED_MS, () => ask("explain", link))
    answers.set(link, answer)
    const explanation = await answer.get()
    if (explanation === undefined) throw new Refusal(404, `there is no link ${link} any more`)
    return explanation
  }
}

/** @throws Refusal (404) that names the links that there are. */
export function knownLink({ status: { links } }: Shown, name: string): void {
  const names = links.map(link => link.name)
  if (!names.includes(name)) throw new Refusal(404, `there is no such link: there are ${names.join(", ")}`)
}
