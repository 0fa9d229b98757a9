import { isOurs } from "../reconcile.ts"
import { BALANCE_CHAIN } from "../ruleset.ts"
import type { Firewall } from "./checkup.ts"

/** A rule of somebody else's in iptables. */
export interface ForeignRule {
  readonly backend: "nft" | "legacy"
  readonly table: string
  readonly chain: string
  readonly rule: string
}

export function foreignRules({ saved }: Firewall & { kind: "found" }): readonly ForeignRule[] {
  return (["nft", "legacy"] as const).flatMap(backend =>
    [...(saved[backend] ?? [])].flatMap(([table, chains]) =>
      [...chains].flatMap(([chain, rules]) =>
        isOurs(chain) && (chain !== BALANCE_CHAIN || table === "mangle")
          ? []
          : rules.map(rule => ({ backend, table, chain, rule })),
      ),
    ),
  )
}

export function deleteCommand({ backend, table, chain, rule }: ForeignRule): string {
  return `iptables-${backend} -t ${table} -D ${chain} ${rule}`
}
