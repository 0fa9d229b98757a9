import type { AlertConfig } from "./config.ts"
import type { Lines } from "./known.ts"

/** What an alert is about: the part of its configuration that is not the receiver. */
export interface Topic extends Omit<AlertConfig<unknown>, "to"> {
  readonly lines: Lines
}
