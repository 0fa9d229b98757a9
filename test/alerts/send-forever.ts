import { writeSync } from "node:fs"
import { alertTools } from "../../src/agent/alert-tools.ts"
import { runAlerts } from "../../src/alerts/alerts.ts"

/** The sender of an agent, for one alert; prints a line when it begins. */

const [stateDir = "", url = ""] = process.argv.slice(2)
const to = { kind: "webhook", url, secret: null, headers: {}, template: "{{id}}" } as const
const when = ["link.down", "all.down"] as const
const alert = { name: "oncall", when, links: null, forMs: 0, repeatMs: null, to }
const tools = alertTools(stateDir, stateDir, { tell: () => undefined, warn: text => writeSync(2, `${text}\n`) })
writeSync(1, "0\n")
const lines = { ipv4: ["isp1", "isp2"], ipv6: [] }
await runAlerts({ alerts: [alert], lines }, tools, new AbortController().signal)
