import { familyIn } from "./events.ts"
import { percent } from "./figures.ts"

/** Words about events that a terminal and the page share; whole sentences are each one's own, beside a type or alone. */

type OfFamily = Parameters<typeof familyIn>[0]

/** IPv4 goes without saying: a router may have nothing else. */
export function six(event: OfFamily): string {
  return familyIn(event) === "ipv6" ? "IPv6 " : ""
}

/** `isp1`, `isp1 (IPv6)`. */
export function linkIn(event: OfFamily & { readonly link: string }): string {
  return familyIn(event) === "ipv6" ? `${event.link} (IPv6)` : event.link
}

/** `isp1 70 %, isp2 30 %`. */
export function sharesWords(shares: Readonly<Record<string, number>>): string {
  return Object.entries(shares)
    .map(([link, share]) => `${link} ${percent(share)}`)
    .join(", ")
}
