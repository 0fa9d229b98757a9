import type { FastifyInstance, FastifyRequest } from "fastify"
import type { z } from "zod"
import type { Order } from "../../core/orders.ts"
import type { Guard } from "../guard.ts"
import { drainBody, weightBody } from "../bodies.ts"
import { read } from "../input.ts"
import type { Live } from "../live.ts"
import { Refusal } from "../refusal.ts"
import { route } from "../route.ts"
import type { Source } from "../source.ts"
import { taking } from "../taking.ts"
import { knownLink } from "./looks.ts"

const MOST_ORDERS = 16

/** What whoever has the token may do. Orders are taken one after another, by the agent's own way for all of them. */
export function steers(app: FastifyInstance, source: Source, live: Live, guard: Guard): void {
  const inTurn = taking(MOST_ORDERS)
  const given = async (request: FastifyRequest, orderFor: (link: string) => Told) => {
    const { link } = request.params as { readonly link: string }
    knownLink(await live.shown.get(), link)
    const { order, done } = orderFor(link)
    const { ok, said } = await inTurn(() => source.obey(order))
    live.shown.forget()
    if (!ok)
      throw new Refusal(
        400,
        said.includes("is the last one") ? `${said}. Send force: true to drain it all the same` : said,
      )
    return { said: `${done}${said}.` }
  }
  const onlyWithToken = ({ headers }: FastifyRequest) => {
    guard.origin(headers.origin, headers.host)
    guard.token(headers.authorization)
  }
  void app.register((inside, _, done) => {
    inside.addHook("onRequest", (request, _, next) => {
      if (CHANGING.has(request.method)) onlyWithToken(request)
      next()
    })
    route(inside, "/api/v1/links/:link/drain", {
      POST: request => given(request, link => draining(link, read(drainBody, request.body ?? {}))),
      DELETE: request => given(request, link => clearing("drain", link)),
    })
    route(inside, "/api/v1/links/:link/weight", {
      PUT: request => given(request, link => weighing(link, read(weightBody, request.body ?? {}))),
      DELETE: request => given(request, link => clearing("weight", link)),
    })
    done()
  })
}

const CHANGING = new Set(["POST", "PUT", "DELETE"])

/** An order, and what to say when it was obeyed. */
interface Told {
  readonly order: Order
  readonly done: string
}

function draining(link: string, { for: spanMs, force }: z.output<typeof drainBody>): Told {
  const { until, end } = endOf(spanMs)
  const rest = force ? "whatever becomes of the others" : "unless no other link can carry them"
  const order: Order = { do: "set", override: { kind: "drain", link, until, force } }
  return { order, done: `${link} gets no new flows${end}, ${rest}` }
}

function weighing(link: string, { weight, for: spanMs }: z.output<typeof weightBody>): Told {
  const { until, end } = endOf(spanMs)
  const order: Order = { do: "set", override: { kind: "weight", link, weight, until } }
  return { order, done: `${link} has weight ${weight}${end}` }
}

function clearing(kind: "drain" | "weight", link: string): Told {
  const done = kind === "drain" ? `${link} gets new flows again` : `${link} has its configured weight`
  return { order: { do: "clear", kind, link }, done }
}

function endOf(spanMs: number | undefined): { readonly until: string | null; readonly end: string } {
  if (spanMs === undefined) return { until: null, end: "" }
  const until = new Date(Date.now() + spanMs).toISOString()
  return { until, end: ` until ${until}` }
}
