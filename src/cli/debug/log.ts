import { filter, lastValueFrom, takeUntil, tap, type Observable } from "rxjs"
import type { CommandModule } from "yargs"
import { seldom } from "../../agent/seldom.ts"
import { logRules, prefixOf, type Logging } from "../../core/debug/log-rules.ts"
import type { GivenFlow } from "../../core/debug/new-flow.ts"
import { detectBackend } from "../../system/detect-backend.ts"
import { NEW_CONNECTIONS } from "../../system/netlink-groups.ts"
import { readSysctl } from "../../system/sysctl.ts"
import { BadUsage } from "../failure.ts"
import { clock, openScreen, type Screen } from "../format.ts"
import { knownLink } from "../known-link.ts"
import { readConfig, type Options } from "../options.ts"
import { flowLine } from "./flow-line.ts"
import { newFlows } from "./new-flows.ts"
import { durationOf, selectionOf, withSelection, type SelectionOptions } from "./selection.ts"
import { endOf, familiesOf, installations, listenFirst, withRules } from "./session.ts"

interface LogOptions extends SelectionOptions {
  readonly link: string | undefined
  readonly rate: number
}

export const log: CommandModule<Options, LogOptions> = {
  command: "log",
  describe: "new flows as they are given to links, here and in the kernel log",
  builder: yargs =>
    withSelection(yargs)
      .option("link", { type: "string", requiresArg: true, describe: "only flows of this link" })
      .option("rate", {
        type: "number",
        requiresArg: true,
        default: 10,
        describe: "at most so many a second and link",
      }),
  handler: async options => {
    const [selection, forMs, perSecond] = [selectionOf(options), durationOf(options.for), rateOf(options.rate)]
    const config = await readConfig(options.config)
    const link = options.link === undefined ? null : knownLink(config, options.link).name
    const logging = { selection, link, perSecond }
    const views = familiesOf(config, selection)
    const { backend } = await detectBackend()
    const end$ = endOf(forMs)
    const chain = `EVENKEEL_DEBUG_LOG_${process.pid}`
    const rules = installations(backend, views, view => logRules(chain, view, logging))
    const screen = openScreen()
    const { heard } = await listenFirst(NEW_CONNECTIONS, views.length, () =>
      show(newFlows(views, selection).pipe(takeUntil(end$)), { ...logging, screen, json: options.json }),
    )
    const hidden = await withRules(chain, rules, forMs, async () => {
      screen.warn(await introduction(forMs, link))
      return heard
    })
    if (hidden > 0) screen.warn(`${hidden} more were not shown: --rate shows more, --from, --to and --link fewer`)
  },
}

const HIGHEST_RATE = 1000

function rateOf(rate: number): number {
  if (Number.isInteger(rate) && rate >= 1 && rate <= HIGHEST_RATE) return rate
  throw new BadUsage(`--rate ${rate}: expected a whole number from 1 to ${HIGHEST_RATE}`)
}

/** The setting is one of the first network namespace alone, where the kernel logs anyway (nf_log_init_net). */
async function introduction(forMs: number, link: string | null): Promise<string> {
  const isFirst = (await readSysctl("net/netfilter/nf_log_all_netns")) !== null
  const prefix = link === null ? "evenkeel " : prefixOf(link).trimEnd()
  return [
    `New flows until ${clock(new Date(Date.now() + forMs).toISOString())}; Ctrl-C ends it sooner.`,
    isFirst
      ? `The kernel logs them too: journalctl -kf --grep '${prefix}', or dmesg -w`
      : "Here only: this network namespace logs nothing to the kernel log unless the host sets net.netfilter.nf_log_all_netns=1.",
  ].join("\n")
}

/** How flows are shown. */
interface Show extends Logging {
  readonly screen: Screen
  readonly json: boolean
}

/** @returns how many there were too many of. */
async function show(flows$: Observable<GivenFlow>, { screen, json, link, perSecond }: Show): Promise<number> {
  const gates = new Map<string, ReturnType<typeof seldom>>()
  let hidden = 0
  const print = (given: GivenFlow) => {
    const gate = gates.get(given.link) ?? seldom({ most: perSecond, everyMs: 1_000 })
    gates.set(given.link, gate)
    const time = new Date().toISOString()
    if (!gate()) hidden += 1
    else screen.print(json ? JSON.stringify({ time, ...given }) : flowLine(given, time, screen.colors))
  }
  const wanted$ = flows$.pipe(
    filter(given => link === null || given.link === link),
    tap(print),
  )
  await lastValueFrom(wanted$, { defaultValue: null })
  return hidden
}
