import { setImmediate as turn } from "node:timers/promises"

interface Limits {
  readonly most: number
  readonly mostBytes: number
}

const NOT_YET = Symbol("not yet")

/** Items in the order they come: those that are there already together, and none waits for one that is not. */
export async function* batches<T extends object>(
  items: AsyncIterable<T>,
  { most, mostBytes }: Limits,
): AsyncGenerator<readonly T[], void> {
  const iterator = items[Symbol.asyncIterator]()
  let next = iterator.next()
  try {
    for (let first = await next; first.done !== true; first = await next) {
      const batch: T[] = [first.value]
      let bytes = sizeOf(first.value)
      next = iterator.next()
      while (batch.length < most && bytes < mostBytes) {
        const more = await Promise.race([next, turn(NOT_YET)])
        if (more === NOT_YET || more.done === true) break
        batch.push(more.value)
        bytes += sizeOf(more.value)
        next = iterator.next()
      }
      yield batch
    }
  } finally {
    // Not awaited: it may be waiting for an item, and is told to stop only after us. Nobody is left to hear of trouble.
    Promise.all([next, iterator.return?.()]).catch(() => undefined)
  }
}

function sizeOf(item: object): number {
  return JSON.stringify(item).length
}
