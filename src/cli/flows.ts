import type { CommandModule } from "yargs"
import type { Config } from "../core/config.ts"
import { ruleCounters } from "../core/counters.ts"
import type { FamilyConfig } from "../core/family.ts"
import { flowsOf, flowsSince } from "../core/flows.ts"
import { policyFlows, policyFlowsSince } from "../core/policy-flows.ts"
import { planInForce } from "../core/reconcile.ts"
import { BALANCE_CHAIN } from "../core/ruleset.ts"
import { parseSaved } from "../core/saved.ts"
import { countByMark } from "../system/conntrack.ts"
import { detectBackend } from "../system/detect-backend.ts"
import { forFamily, save, saveCounted, type Backend } from "../system/iptables.ts"
import { flowsText, type AllFlows } from "./flows-text.ts"
import { openScreen, type Paint } from "./format.ts"
import { overridesInForce, viewsInForce } from "./in-force.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { redraw, untilInterrupted } from "./redraw.ts"

interface FlowsOptions extends PrintOptions {
  readonly watch: boolean
}

export const flows: CommandModule<Options, FlowsOptions> = {
  command: "flows",
  describe: "how flows are really spread over the links",
  builder: yargs =>
    withJson(yargs).option("watch", {
      alias: "w",
      type: "boolean",
      default: false,
      describe: "again and again: what was given to each link since the look before",
    }),
  handler: async ({ config: file, json, watch }) => {
    const config = await readConfig(file)
    const { backend } = await detectBackend()
    const screen = openScreen()
    let before = await readFlows(config, backend)
    if (!watch) screen.print(textOf(before, json, screen.colors, false))
    else
      await redraw(screen, untilInterrupted(), async () => {
        const now = await readFlows(config, backend)
        const shown = textOf(since(before, now), json, screen.colors, true)
        before = now
        return shown
      })
  },
}

async function readFlows(config: Config, backend: Backend): Promise<AllFlows> {
  const overrides = await overridesInForce(config)
  const read = viewsInForce(config, overrides).map(view => readFamily(view, forFamily(backend, view.family)))
  const [ipv4, ipv6] = await Promise.all(read)
  if (ipv4 === undefined) throw new Error("every link is one of IPv4's")
  const policies = policyFlows(ipv4.counted, ipv6?.counted ?? null)
  return { ipv4: ipv4.flows, ipv6: ipv6?.flows ?? null, policies, overrides }
}

async function readFamily(config: FamilyConfig, backend: Backend) {
  const [saved, text, tracked] = await Promise.all([
    save(backend),
    saveCounted(backend, "mangle"),
    countByMark(config.family, config.markMask),
  ])
  const flows = flowsOf(config, planInForce(parseSaved(saved)), ruleCounters(text, BALANCE_CHAIN), tracked)
  return { flows, counted: { config, text } }
}

function since(before: AllFlows, now: AllFlows): AllFlows {
  const both = before.ipv6 !== null && now.ipv6 !== null
  return {
    ...now,
    ipv4: flowsSince(before.ipv4, now.ipv4),
    ipv6: both ? flowsSince(before.ipv6, now.ipv6) : now.ipv6,
    policies: policyFlowsSince(before.policies, now.policies),
  }
}

function textOf(flows: AllFlows, json: boolean, paint: Paint, isLive: boolean): string {
  const { ipv4, ...others } = flows
  return json ? JSON.stringify({ ...ipv4, ...others }) : flowsText(flows, paint, isLive)
}
