import type { Detector } from "./detector.ts"
import { DEFAULTS } from "./evenkeel.ts"
import { evenkeel } from "./loop.ts"
import { DPINGER_TUNED, dpinger, PFSENSE_DEFAULTS } from "./peers/dpinger.ts"
import { keepalived, KEEPALIVED_DEFAULTS } from "./peers/keepalived.ts"
import { mwan3, MWAN3_SHIPPED, MWAN3_TUNED } from "./peers/mwan3.ts"
import { vyos, VYOS_DEFAULTS } from "./peers/vyos.ts"

/** As many targets as the README's configuration has. */
const TARGETS = 3

export const OURS: Detector = evenkeel("evenkeel", TARGETS, DEFAULTS)

/** In the order of the table. */
export const PEERS: readonly Detector[] = [
  dpinger("dpinger, pfSense", PFSENSE_DEFAULTS),
  dpinger("dpinger, tuned", DPINGER_TUNED),
  mwan3("mwan3, shipped", MWAN3_SHIPPED),
  mwan3("mwan3, tuned", MWAN3_TUNED),
  vyos("VyOS", VYOS_DEFAULTS),
  keepalived("keepalived", KEEPALIVED_DEFAULTS),
]
