import type { CommandModule } from "yargs"
import type { Config } from "../core/config.ts"
import { ruleCounters } from "../core/counters.ts"
import { viewOf, type FamilyConfig } from "../core/family.ts"
import { flowsOf, flowsSince, type Flows } from "../core/flows.ts"
import { planInForce } from "../core/reconcile.ts"
import { BALANCE_CHAIN } from "../core/ruleset.ts"
import { parseSaved } from "../core/saved.ts"
import { countByMark } from "../system/conntrack.ts"
import { detectBackend } from "../system/detect-backend.ts"
import { forFamily, save, saveCounted, type Backend } from "../system/iptables.ts"
import { flowsText } from "./flows-text.ts"
import { openScreen, type Paint } from "./format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { redraw, untilInterrupted } from "./redraw.ts"

interface FlowsOptions extends PrintOptions {
  readonly watch: boolean
}

/** IPv6 null: it is not steered. */
interface BothFlows {
  readonly ipv4: Flows
  readonly ipv6: Flows | null
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

async function readFlows(config: Config, backend: Backend): Promise<BothFlows> {
  const steered = ([4, 6] as const).map(family => viewOf(config, family)).filter(({ links }) => links.length > 0)
  const [ipv4, ipv6] = await Promise.all(steered.map(view => readFamily(view, forFamily(backend, view.family))))
  if (ipv4 === undefined) throw new Error("every link is one of IPv4's")
  return { ipv4, ipv6: ipv6 ?? null }
}

async function readFamily(view: FamilyConfig, backend: Backend): Promise<Flows> {
  const [saved, counters, tracked] = await Promise.all([
    save(backend),
    saveCounted(backend, "mangle"),
    countByMark(view.family, view.markMask),
  ])
  return flowsOf(view, planInForce(parseSaved(saved)), ruleCounters(counters, BALANCE_CHAIN), tracked)
}

function since(before: BothFlows, now: BothFlows): BothFlows {
  const both = before.ipv6 !== null && now.ipv6 !== null
  return { ipv4: flowsSince(before.ipv4, now.ipv4), ipv6: both ? flowsSince(before.ipv6, now.ipv6) : now.ipv6 }
}

function textOf({ ipv4, ipv6 }: BothFlows, json: boolean, paint: Paint, isLive: boolean): string {
  if (json) return JSON.stringify({ ...ipv4, ipv6 })
  return flowsText(ipv4, ipv6, paint, isLive)
}
