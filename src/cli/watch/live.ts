import type { PolicyFlows } from "../../core/policy-flows.ts"
import type { Status } from "../../core/status-shape.ts"
import type { AllFlows } from "../flows-text.ts"
import { remember, type History } from "./history.ts"
import { measure, NO_SPLIT, type Split } from "./split.ts"

/** All that `watch` knows at one moment. */
export interface Live {
  /** The newest. */
  readonly status: Status
  /** Why there is no newer one. */
  readonly trouble: string | null
  readonly history: History
  /** Null: not measured, or the family is not steered. */
  readonly splits: { readonly ipv4: Split | null; readonly ipv6: Split | null }
  readonly policies: readonly PolicyFlows[]
  /** Why flows are not measured. */
  readonly flowsTrouble: string | null
}

/** A look at something, or why it could not be looked at. */
export type Look =
  | { readonly kind: "status"; readonly status: Status }
  | { readonly kind: "no status"; readonly why: string }
  /** `atMs`: monotonic. */
  | { readonly kind: "flows"; readonly flows: AllFlows; readonly atMs: number }
  | { readonly kind: "no flows"; readonly why: string }

const UNMEASURED = { ipv4: null, ipv6: null }

/** After the first look. */
export function begun(status: Status): Live {
  const history = remember(new Map(), status)
  return { status, trouble: null, history, splits: UNMEASURED, policies: [], flowsTrouble: null }
}

export function see(live: Live, look: Look): Live {
  switch (look.kind) {
    case "status":
      return { ...live, status: look.status, trouble: null, history: remember(live.history, look.status) }
    case "no status":
      return { ...live, trouble: look.why, history: remember(live.history, null) }
    case "flows":
      return { ...live, ...flowsSeen(live, look.flows, look.atMs), flowsTrouble: null }
    case "no flows":
      return { ...live, splits: UNMEASURED, flowsTrouble: look.why }
  }
}

function flowsSeen(
  { splits }: Live,
  { ipv4, ipv6, policies }: AllFlows,
  atMs: number,
): Pick<Live, "splits" | "policies"> {
  return {
    policies,
    splits: {
      ipv4: measure(splits.ipv4 ?? NO_SPLIT, ipv4, atMs),
      ipv6: ipv6 === null ? null : measure(splits.ipv6 ?? NO_SPLIT, ipv6, atMs),
    },
  }
}
