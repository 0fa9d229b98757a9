import type { Config, HealthSettings } from "../../core/config.ts"
import type { JournalEvent } from "../../core/events.ts"
import { worstDetection } from "../../core/worst-case.ts"
import { blackhole, carrierBack, carrierLoss, heal, randomLoss, type FaultTime } from "../faults.ts"
import { addressChange, newSession } from "../leases.ts"
import type { Lab } from "../lab.ts"
import type { Lease } from "../topology.ts"
import { nextLease } from "./blueprint.ts"

export const SCENARIOS = ["blackhole", "carrier", "brown-out", "address", "all-down"] as const

export type ScenarioName = (typeof SCENARIOS)[number]

/** Something happens to a link, the agent notices, and it is mended. */
export interface Scenario {
  /** For the live story: what happens to the link. */
  readonly title: string
  readonly strike: (lab: Lab, link: string, config: Config) => Promise<FaultTime>
  readonly mend: (lab: Lab, link: string) => Promise<FaultTime>
  /** The agent has noticed. */
  readonly isNoticed: (event: JournalEvent, link: string) => boolean
  /** The agent takes the link for mended. */
  readonly isBack: (event: JournalEvent, link: string) => boolean
  /** Its flows stay on the link, and the line decides how they fare. */
  readonly keepsFlows: boolean
  /** It is noticed within this time, or not at all. */
  readonly noticedWithinMs: (config: Config) => number
  /** So long it takes at least by the configuration until the agent takes the link for mended. */
  readonly provenAfterMs: (health: HealthSettings) => number
}

const isState = (event: JournalEvent, link: string, ...states: readonly string[]) =>
  event.type === "link.state" && event.link === link && event.from !== "unknown" && states.includes(event.to)

const isAddress = (event: JournalEvent, link: string) =>
  event.type === "link.address" && event.link === link && event.address !== null

/** Beyond what the configuration allows for: other labs are busy beside this one. */
const PATIENCE_MS = 5000

const silence: Omit<Scenario, "title"> = {
  strike: blackhole,
  mend: heal,
  isNoticed: (event, link) => isState(event, link, "down"),
  isBack: (event, link) => isState(event, link, "up"),
  keepsFlows: false,
  noticedWithinMs: config => longestSilenceMs(config) + PATIENCE_MS,
  provenAfterMs: ({ upAfterMs }) => upAfterMs,
}

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  blackhole: { ...silence, title: "falls silent: its carrier and its gateway stay, nothing comes back" },
  carrier: { ...silence, title: "loses its carrier", strike: carrierLoss, mend: carrierBack },
  "brown-out": {
    ...silence,
    title: "loses more packets than health.degraded allows",
    strike: (lab, link, { health }) => randomLoss(lab, link, brownOutRatio(health)),
    isNoticed: (event, link) => isState(event, link, "degraded", "down"),
    keepsFlows: true,
    noticedWithinMs: ({ health }) => 15_000 + 20 * health.intervalMs,
    // It takes about ninety answers in a row (core/loss.ts).
    provenAfterMs: ({ intervalMs }) => 90 * intervalMs,
  },
  address: {
    ...silence,
    title: "gets another lease",
    strike: (lab, link, config) => newLease(lab, link, leaseAfter(link, config)),
    mend: (lab, link) => newLease(lab, link, {}),
    isNoticed: isAddress,
    isBack: isAddress,
    noticedWithinMs: () => PATIENCE_MS,
    provenAfterMs: () => 0,
  },
  "all-down": { ...silence, title: "falls silent together with all others" },
}

/** How long a silence may last by this configuration before it is noticed. */
export function longestSilenceMs(config: Config): number {
  const { slowLineMs, deadTargetMs } = worstDetection(config)
  return slowLineMs + deadTargetMs
}

/** A rehearsal waits as long as anybody would. */
const LONGEST_RETURN_MS = 15_000

/** By the configuration, so that it is not waited for. */
export function isBackLater(scenario: ScenarioName, health: HealthSettings): boolean {
  return scenarios[scenario].provenAfterMs(health) > LONGEST_RETURN_MS
}

/** So much of what the router sends is lost: clearly beyond the limit, and far from silence. */
function brownOutRatio({ degraded }: HealthSettings): number {
  return Math.min(degraded.lossRatio + 0.2, 0.95)
}

function newLease(lab: Lab, name: string, lease: Partial<Lease>): Promise<FaultTime> {
  return lab.link(name).pointToPoint ? newSession(lab, name, lease) : addressChange(lab, name, lease)
}

function leaseAfter(name: string, { links }: Config) {
  const index = links.findIndex(link => link.name === name)
  const link = links[index]
  if (link === undefined) throw new Error(`the configuration has no link ${name}`)
  return nextLease(link, index + 1)
}
