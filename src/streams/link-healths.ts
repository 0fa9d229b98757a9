import { BehaviorSubject, EMPTY, type Observable } from "rxjs"
import type { LinkHealth } from "../core/link-health.ts"
import type { World } from "../core/world.ts"

export interface LinkHealths {
  /** The link's health now, and whenever it changed. */
  readonly of: (link: { readonly name: string }) => Observable<LinkHealth>
  readonly next: (world: World) => void
  readonly complete: () => void
}

/** An answer wakes only those who follow its link: with 64 of them, all would cost more than the probes. */
export function linkHealths({ links }: World): LinkHealths {
  const healths = new Map(links.map(link => [link.name, new BehaviorSubject(link)]))
  return {
    of: ({ name }) => healths.get(name) ?? EMPTY,
    next: world => {
      for (const link of world.links) {
        const health$ = healths.get(link.name)
        if (health$ !== undefined && health$.value !== link) health$.next(link)
      }
    },
    complete: () => {
      for (const health$ of healths.values()) health$.complete()
    },
  }
}
