import type { Config } from "../core/config.ts"
import { minimalAcl } from "../share/acl.ts"
import { storeName } from "../share/store-name.ts"
import type { Trial } from "../share/trial.ts"
import { columns, type Paint } from "./format.ts"

/** What `check --online` found, and the least that Redis has to allow. */
export function storeText(
  { share, site }: Pick<Config, "share" | "site">,
  trials: readonly Trial[],
  paint: Paint,
): string {
  if (share === null) return "\nThere is no share, so there is nothing to reach."
  const rows = trials.map(({ what, error }) => [error === null ? paint.green("✔") : paint.red("✘"), what, error ?? ""])
  const acl = ["The least that its user must be allowed, for redis-cli:", `  ${minimalAcl(share, site)}`]
  return ["", storeName(share), columns(rows, "  "), "", ...acl].join("\n")
}
