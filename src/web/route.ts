import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { Refusal } from "./refusal.ts"

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown

/** What a path answers to; every other method is refused in words. HEAD is answered as GET is. */
export function route(
  app: FastifyInstance,
  url: string,
  handlers: Readonly<Partial<Record<(typeof METHODS)[number], Handler>>>,
): void {
  const isHandled = (method: (typeof METHODS)[number]) => method in handlers || (method === "HEAD" && "GET" in handlers)
  for (const method of METHODS) {
    const handler = handlers[method]
    if (handler !== undefined) app.route({ method, url, handler })
    else if (method === "HEAD" && handlers.GET !== undefined) app.route({ method, url, handler: handlers.GET })
  }
  const allowed = METHODS.filter(isHandled).join(", ")
  const others = METHODS.filter(method => !isHandled(method))
  app.route({
    method: others,
    url,
    handler: (request, reply) => {
      reply.header("allow", allowed)
      throw new Refusal(405, `${request.method} does nothing here: use ${allowed}`)
    },
  })
}
