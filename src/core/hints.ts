import type { HealthSettings } from "./config.ts"
import { judge } from "./health.ts"
import type { LinkHealth, View } from "./link-health.ts"
import { hinted } from "./suspicion.ts"
import { enter } from "./verdict.ts"

/** Another router has seen the line of this link fail. Monotonic milliseconds. */
export interface Hint {
  readonly kind: "hint"
  readonly link: string
  /** The router that says so. */
  readonly by: string
  readonly atMs: number
}

/** How other routers see the line of this link; null: none does any more. */
export interface Seen {
  readonly kind: "seen"
  readonly link: string
  readonly view: View | null
  readonly by: string | null
  readonly atMs: number
}

/** What is said of a line, whichever links are that line here. */
export type Rumour = OfLine<Hint> | OfLine<Seen>
type OfLine<T> = Omit<T, "link" | "atMs"> & { readonly line: string }

/** Whoever can write to Redis can hint; so often a burst costs next to nothing. */
const HINT_EVERY_MS = 10_000

/** A hint speeds detection up and decides nothing: the link's own targets are asked at once, and the first answer settles it. */
export function onHint(link: LinkHealth, { by, atMs }: Hint, settings: HealthSettings): LinkHealth {
  const isFresh = link.hintedMs !== null && atMs - link.hintedMs < HINT_EVERY_MS
  if (link.state === "down" || link.targets.length === 0 || isFresh) return link
  const suspicion = hinted(link.suspicion, by, atMs)
  return judge({ ...link, suspicion, suspectedMs: suspicion.sinceMs, hintedMs: atMs }, settings, atMs)
}

/**
 * A link without targets is as others see it. One that has not been judged yet starts from there: what is said to work
 * is taken to work, what is said to have failed is asked about at once.
 */
export function onSeen(link: LinkHealth, { view, by, atMs }: Seen, settings: HealthSettings): LinkHealth {
  if (link.targets.length === 0) return judge({ ...link, view }, settings, atMs)
  if (link.state !== "unknown" || view === null || by === null) return link
  if (view.state === "down") return onHint(link, { kind: "hint", link: link.name, by, atMs }, settings)
  return view.state === "unknown" ? link : enter(link, "up", `${by} sees its line work`, settings, atMs)
}
