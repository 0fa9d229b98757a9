import type { FastifyInstance, FastifyReply } from "fastify"
import type { Assets } from "../assets.ts"
import type { Guard } from "../guard.ts"
import { openapi } from "../openapi/openapi.ts"
import { Refusal } from "../refusal.ts"
import { route } from "../route.ts"

const START = "index.html"

/** What does not change while this server runs. */
export function page(app: FastifyInstance, assets: Assets, guard: Guard, version: string): void {
  const document = openapi(version)
  const send = (reply: FastifyReply, name: string) => {
    const asset = assets.get(name)
    if (asset === undefined) throw new Refusal(404, "there is no such thing here: GET / is the page")
    return reply.header("cache-control", "no-cache").type(asset.type).send(asset.bytes)
  }
  route(app, "/", { GET: (_, reply) => send(reply, START) })
  route(app, "/assets/:name", { GET: ({ params }, reply) => send(reply, (params as { readonly name: string }).name) })
  route(app, "/api/v1/openapi.json", { GET: () => document })
  route(app, "/api/v1/session", {
    GET: ({ headers }) => ({ canSteer: guard.canSteer(headers.authorization) }),
  })
}
