import type { Order } from "../core/orders.ts"
import type { WebConfig } from "../core/web-config.ts"
import type { News, Obeyed } from "../web/source.ts"

/** What the agent hands to the thread that serves the page, once; it can be copied into another thread. */
export interface WebErrand extends Omit<WebConfig, "token"> {
  /** In plain text. */
  readonly token: string | null
  readonly stateDir: string
}

/** And what it hands over as it comes. `id`: of the question. */
export type WebParcel =
  | News
  /** JSON; null: there is no such thing. */
  | { readonly kind: "answer"; readonly id: number; readonly json: string | null }
  | { readonly kind: "obeyed"; readonly id: number; readonly obeyed: Obeyed }

/** What the thread says and asks. */
export type WebTold =
  | { readonly kind: "ask"; readonly id: number; readonly path: readonly string[] }
  | { readonly kind: "order"; readonly id: number; readonly order: Order }
  | { readonly kind: "trouble"; readonly text: string }
  | { readonly kind: "listening"; readonly place: string }
