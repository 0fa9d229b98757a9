/**
 * What evenkeel adds to the kernel's own price of a rewrite: from a fact that takes a link away (carrier loss, as the
 * kernel watch hands it on) to the rules committed, against one bare `iptables-restore` of the same text from this same
 * program, in turn. Run inside `src/lab/enter.ts`: it writes the rules of its own network namespace.
 */
import { printTable } from "./figures.ts"
import { backendOf, configOf, rewriteRows } from "./rewrite-cost.ts"

const ROUNDS = 60

const config = configOf(`
router: bench
lan: [lan0]
links:
  - { name: isp1, interface: eth0, mark: 1, weight: 70 }
  - { name: isp2, interface: eth1, mark: 2, weight: 30 }
probes: [{ icmp: 192.0.2.1 }]
health: { interval: 50ms, downAfter: 1s, upAfter: 0s }
`)

const rows: string[][] = []
for (const name of ["nft", "legacy"] as const) rows.push(...(await rewriteRows(config, backendOf(name), ROUNDS)))
printTable(`Cost of a failover's rewrite, ${ROUNDS} rounds each`, ["", "", "median", "min", "max", "ratio"], rows)
