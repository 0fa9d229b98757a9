import type { CommandModule } from "yargs"
import type { Config } from "../../core/config.ts"
import type { Family } from "../../core/ip-family.ts"
import type { Journeys } from "../../core/debug/journey.ts"
import type { Selection } from "../../core/debug/selection.ts"
import { traceRules } from "../../core/debug/trace-rules.ts"
import { detectBackend } from "../../system/detect-backend.ts"
import { forFamily } from "../../system/iptables.ts"
import { TRACED_PACKETS } from "../../system/netlink-groups.ts"
import { BadUsage, Failure } from "../failure.ts"
import { openScreen, type Screen } from "../format.ts"
import { readConfig, type Options } from "../options.ts"
import { followPackets, leaveToKernelLog } from "./follow-packets.ts"
import { readOutcome } from "./outcome.ts"
import { outcomeText } from "./outcome-text.ts"
import { durationOf, selectionOf, withSelection, type SelectionOptions } from "./selection.ts"
import { endOf, listenFirst, withRules } from "./session.ts"

interface TraceOptions extends SelectionOptions {
  readonly packets: number
}

export const trace: CommandModule<Options, TraceOptions> = {
  command: "trace",
  describe: "the first packets of one flow, from rule to rule",
  builder: yargs =>
    withSelection(yargs).option("packets", {
      type: "number",
      requiresArg: true,
      default: 2,
      describe: "how many of them: the first draws a link, those after it restore its mark",
    }),
  handler: async options => {
    const [selection, forMs, packets] = [selectionOf(options), durationOf(options.for), countOf(options.packets)]
    const family = familyIn(selection)
    const config = await readConfig(options.config)
    const backend = forFamily((await detectBackend()).backend, family)
    const chain = `EVENKEEL_DEBUG_TRACE_${process.pid}`
    const screen = openScreen()
    const following = { screen, config, chain, packets, end$: endOf(forMs), json: options.json }
    const { heard } = await (backend.name === "nft"
      ? listenFirst(TRACED_PACKETS, 1, () => followPackets(following))
      : listenFirst(TRACED_PACKETS, 0, () => leaveToKernelLog(following)))
    const installation = { backend, rules: traceRules(chain, family, selection, packets) }
    const journeys = await withRules(chain, [installation], forMs, () => {
      screen.warn(
        `Waiting for ${flowText(selection)}. Let it begin now; Ctrl-C ends it sooner than --for ${options.for}.`,
      )
      return heard
    })
    await conclude(screen, config, family, journeys, options.json)
  },
}

const MOST_PACKETS = 100

function countOf(packets: number): number {
  if (Number.isInteger(packets) && packets >= 1 && packets <= MOST_PACKETS) return packets
  throw new BadUsage(`--packets ${packets}: expected a whole number from 1 to ${MOST_PACKETS}`)
}

function familyIn({ from, to }: Selection): Family {
  const address = from ?? to
  if (address === undefined) throw new BadUsage("say which flow: --from ADDRESS, --to ADDRESS, or both")
  return address.includes(":") ? 6 : 4
}

function flowText({ from, to, protocol, port }: Selection): string {
  const ends = [...(from === undefined ? [] : [`from ${from}`]), ...(to === undefined ? [] : [`to ${to}`])]
  const kind = protocol === undefined ? "a packet" : `a packet of ${protocol}`
  return [kind, ...ends, ...(port === undefined ? [] : [`port ${port}`])].join(" ")
}

async function conclude(screen: Screen, config: Config, family: Family, journeys: Journeys | null, json: boolean) {
  if (journeys === null) return
  const last = journeys.packets.at(-1)
  if (last === undefined)
    throw new Failure("no such packet came: is the flow begun already, or does it take another router?")
  const outcome = await readOutcome(family, last)
  screen.print(
    json ? JSON.stringify({ kind: "outcome", ...outcome }) : outcomeText(outcome, config.links, screen.colors),
  )
}
