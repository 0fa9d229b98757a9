import type { z } from "zod"
import { askAgent, NoAgent, orderAgent } from "../control/client.ts"
import type { Config } from "../core/config.ts"
import type { Order } from "../core/orders.ts"
import type { Explanation, Status } from "../core/status-shape.ts"
import { explanationAnswer, obeyedAnswer, statusAnswer } from "./answers.ts"
import { Failure } from "./failure.ts"

/** Null: no agent runs. @throws Failure when one runs and cannot be asked. */
export async function askStatus({ socket }: Config): Promise<Status | null> {
  const answer = await ask(socket, "/status")
  if (answer === null) return null
  if (answer.found === null) throw new Failure("the agent is just starting: ask again in a second")
  return understood(answer.found, statusAnswer)
}

/** Null: the agent knows no such link. @throws Failure, also when no agent runs. */
export async function askExplanation({ socket }: Config, link: string): Promise<Explanation | null> {
  const answer = await ask(socket, `/explain/${encodeURIComponent(link)}`)
  if (answer === null) throw new Failure(`the agent has just ended; evenkeel status says how things stand`)
  return answer.found === null ? null : understood(answer.found, explanationAnswer)
}

/** Gives the agent an order. @returns what it says of it. @throws Failure when it refuses, and when none runs */
export async function giveOrder({ socket }: Config, order: Order): Promise<string> {
  const answer = await reached(() => orderAgent(socket, order))
  if (answer === null)
    throw new Failure("no agent runs, so nobody would obey: start it first (systemctl start evenkeel)")
  if (answer.found === null)
    throw new Failure("the running agent takes no orders: restart it (systemctl restart evenkeel)")
  const { ok, said } = understood(answer.found, obeyedAnswer)
  if (!ok) throw new Failure(said)
  return said
}

async function ask(socket: string, path: string): Promise<{ readonly found: unknown } | null> {
  return reached(() => askAgent(socket, path))
}

/** Null: no agent runs. */
async function reached(exchange: () => Promise<unknown>): Promise<{ readonly found: unknown } | null> {
  try {
    return { found: await exchange() }
  } catch (error) {
    if (!(error instanceof NoAgent)) throw error
    if (error.reason === "absent") return null
    throw new Failure(error.message)
  }
}

function understood<T>(answer: unknown, shape: z.ZodType<T>): T {
  const result = shape.safeParse(answer)
  if (result.success) return result.data
  throw new Failure("the agent answers in a shape of another version: restart it (systemctl restart evenkeel)")
}
