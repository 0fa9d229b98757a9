import { describeOutage } from "./support/outage-rows.ts"
import { twoLinksIpv6 } from "./support/scene.ts"

describeOutage("two modems, IPv6 dead and IPv4 alive", twoLinksIpv6)
