import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { networks } from "./networks.ts"

/** The router that the promises about size are for. */
export const LINKS = 64
export const POLICIES = 200
export const NETWORKS = 100_000

export const linkNames = Array.from({ length: LINKS }, (_, i) => `isp${i + 1}`)
const linkNamed = (number: number) => `isp${1 + (number % LINKS)}`

/** Two sets in files, with as many networks of each family. Keys of a configuration. */
export async function largeSets(directory: string): Promise<object> {
  const files = [0, 1].map(variant => join(directory, `networks-${variant}`))
  for (const [variant, file] of files.entries())
    await writeFile(file, [...networks(4, NETWORKS, variant), ...networks(6, NETWORKS, variant)].join("\n"))
  return Object.fromEntries(files.map((file, variant) => [`large${variant}`, { file }]))
}

/** Policies of every kind in turn, over all links. */
export function manyPolicies(lan: string): readonly object[] {
  return Array.from({ length: POLICIES }, (_, i) => ({ name: `policy${i + 1}`, ...kinds[i % kinds.length]?.(i, lan) }))
}

const kinds: readonly ((i: number, lan: string) => object)[] = [
  i => ({ match: { from: `10.0.${i}.0/24` }, use: [linkNamed(i), linkNamed(i + 1)] }),
  i => ({ match: { proto: ["udp", "tcp"], dport: [1000 + i, "27015-27030"] }, use: linkNamed(i), ifDown: "balance" }),
  i => ({
    match: { set: `large${(i >> 3) % 2}`, dscp: i % 64 },
    balance: { [linkNamed(i)]: 80, [linkNamed(i + 7)]: 20 },
  }),
  i => ({ match: { to: [`203.0.113.${i}`, `2001:db8:f:${i}::/64`] }, use: linkNamed(i), ifDown: "block" }),
  (i, lan) => ({ match: { in: lan, proto: "tcp", sport: `${2000 + i}` }, use: [linkNamed(i), linkNamed(i + 3)] }),
]
