import type { Override } from "../core/overrides.ts"
import { pinText, untilText } from "./pin-text.ts"

/** `isp1 drained until 14:02:11`. */
export function overrideText(override: Override): string {
  return `${words(override)}${untilText(override.until)}`
}

function words(override: Override): string {
  switch (override.kind) {
    case "drain":
      return `${override.link} drained${override.force ? " by force" : ""}`
    case "weight":
      return `${override.link} weight ${override.weight}`
    case "pin":
      return `${override.name} ${pinText(override)}`
  }
}
