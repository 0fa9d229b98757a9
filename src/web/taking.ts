import { Refusal } from "./refusal.ts"

/** Does one thing after another. @throws Refusal (503) when too many wait already. */
export function taking(most: number): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return async act => {
    if (waiting >= most) throw new Refusal(503, "too many ask for this at once: ask again in a few seconds")
    waiting += 1
    const turn = last.then(act).finally(() => (waiting -= 1))
    last = turn.catch(() => undefined)
    return turn
  }
}
