import type { Override } from "../core/overrides.ts"
import { clock } from "./format.ts"

/** `isp1 drained until 14:02:11`. */
export function overrideText(override: Override): string {
  const { link, until } = override
  const what = override.kind === "drain" ? `drained${override.force ? " by force" : ""}` : `weight ${override.weight}`
  return `${link} ${what}${until === null ? "" : ` until ${clock(until)}`}`
}
