import { asyncScheduler, Observable, type OperatorFunction, type Subscription } from "rxjs"

interface Pace {
  readonly stepMs: number
  /** In one step. */
  readonly most: number
  /** What comes while so many wait is dropped. */
  readonly mostWaiting: number
}

/**
 * What comes, in its order, in one step at a time: at once where the last step is long past, else with whatever else comes
 * until `stepMs` after it. A flood is so dealt with at a pace that leaves time for everything else.
 */
export function inSteps<T>({ stepMs, most, mostWaiting }: Pace): OperatorFunction<T, readonly T[]> {
  return source$ =>
    new Observable(subscriber => {
      const waiting: T[] = []
      let pause: Subscription | null = null
      const step = () => {
        pause = asyncScheduler.schedule(() => {
          pause = null
          if (waiting.length > 0) step()
        }, stepMs)
        subscriber.next(waiting.splice(0, most))
      }
      subscriber.add(() => pause?.unsubscribe())
      subscriber.add(
        source$.subscribe({
          next: item => {
            if (waiting.length === mostWaiting) return
            waiting.push(item)
            if (pause === null) step()
          },
          error: (error: unknown) => {
            subscriber.error(error)
          },
        }),
      )
    })
}
