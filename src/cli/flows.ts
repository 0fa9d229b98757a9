import type { CommandModule } from "yargs"
import { flowsSince } from "../core/flows.ts"
import { policyFlowsSince } from "../core/policy-flows.ts"
import { detectBackend } from "../system/detect-backend.ts"
import { flowsText, type AllFlows } from "./flows-text.ts"
import { openScreen, type Paint } from "./format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { readFlows } from "./read-flows.ts"
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
