import {
  blackhole,
  carrierBack,
  carrierLoss,
  heal,
  targetDeath,
  targetsBack,
  type FaultTime,
} from "../../lab/faults.ts"
import type { Lab } from "../../lab/lab.ts"

/** One act of the demo: something happens to the lab, and then time passes. */
export interface Scene {
  /** For the summary: a few words. */
  readonly name: string
  /** For the timeline: what happens. */
  readonly title: string
  /** Null: nothing is done, the links are just watched. */
  readonly act: ((lab: Lab) => Promise<FaultTime>) | null
  readonly seconds: number
  /** The link that must change its state, and to what; null: none may. */
  readonly expects: { readonly link: string; readonly to: "up" | "down" } | null
}

/** Short, so that the demo is; the default is 10 s. */
export const UP_AFTER_SECONDS = 3
/** Proof, slow start, and a moment to look at the whole share. */
const BACK_SECONDS = 2 * UP_AFTER_SECONDS + 2

export const scenes: readonly Scene[] = [
  { name: "healthy", title: "both links are healthy", act: null, seconds: 4, expects: null },
  {
    name: "isp1 silent",
    title: "the provider of isp1 falls silent: carrier and gateway stay, nothing comes back",
    act: lab => blackhole(lab, "isp1"),
    seconds: 5,
    expects: { link: "isp1", to: "down" },
  },
  {
    name: "isp1 mended",
    title: "isp1 is mended",
    act: lab => heal(lab, "isp1"),
    seconds: BACK_SECONDS,
    expects: { link: "isp1", to: "up" },
  },
  {
    name: "a target dead",
    title: "one of the three probe targets dies: its own fault, not the links'",
    act: lab => targetDeath(lab, "9.9.9.9"),
    seconds: 5,
    expects: null,
  },
  {
    name: "isp2 no carrier",
    title: "the target answers again, and the cable of isp2 is pulled",
    act: async lab => {
      await targetsBack(lab)
      return carrierLoss(lab, "isp2")
    },
    seconds: 4,
    expects: { link: "isp2", to: "down" },
  },
  {
    name: "isp2 carrier back",
    title: "the cable of isp2 is back",
    act: lab => carrierBack(lab, "isp2"),
    seconds: BACK_SECONDS,
    expects: { link: "isp2", to: "up" },
  },
]
