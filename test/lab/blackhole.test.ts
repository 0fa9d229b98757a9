import { describeOutage } from "./support/outage-rows.ts"
import { topologies } from "./support/scene.ts"

describeOutage(...topologies[0])
