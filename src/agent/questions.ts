import type { Order } from "../core/orders.ts"
import { Refusal } from "../web/refusal.ts"
import type { Obeyed, Source } from "../web/source.ts"
import type { WebParcel, WebTold } from "./web-messages.ts"

/** The agent answers within milliseconds; one that does not is stuck. */
const ANSWER_MS = 2_000
/** An order may have to be tried in the kernel first. */
const OBEY_MS = 10_000
/** Few kinds of things are asked, and each is asked once for everybody: more means that nobody answers. */
const MOST_OPEN = 64

type Answer = Extract<WebParcel, { readonly id: number }>
type Question = Extract<WebTold, { readonly id: number }>

/** Asks the agent from another thread. */
export interface Questions extends Pick<Source, "ask" | "obey"> {
  readonly settle: (answer: Answer) => void
}

type WithoutId<T> = T extends { readonly id: number } ? Omit<T, "id"> : never

export function createQuestions(tell: (question: Question) => void): Questions {
  const open = new Map<number, (answer: Answer) => void>()
  let lastId = 0

  const exchange = (question: WithoutId<Question>, withinMs: number): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (open.size >= MOST_OPEN) throw silence()
      const id = ++lastId
      const giveUp = setTimeout(() => {
        open.delete(id)
        reject(silence())
      }, withinMs)
      open.set(id, answer => {
        clearTimeout(giveUp)
        open.delete(id)
        resolve(answer)
      })
      tell({ ...question, id })
    })
  return {
    ask: async (...path: readonly string[]): Promise<unknown> => {
      const answer = await exchange({ kind: "ask", path }, ANSWER_MS)
      return answer.kind === "answer" && answer.json !== null ? (JSON.parse(answer.json) as unknown) : undefined
    },
    obey: async (order: Order): Promise<Obeyed> => {
      const answer = await exchange({ kind: "order", order }, OBEY_MS)
      if (answer.kind !== "obeyed") throw silence()
      return answer.obeyed
    },
    settle: answer => open.get(answer.id)?.(answer),
  }
}

function silence(): Refusal {
  return new Refusal(503, "the agent does not answer: evenkeel status and its log say more")
}
