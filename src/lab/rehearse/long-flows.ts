import type { HoldEvent } from "../traffic/report.ts"
import { hasRefuge, outageFromMs, type Recording } from "./recording.ts"
import type { Flows } from "./report.ts"
import { scenarios } from "./scenarios.ts"

/** The story of one flow, or of those that took its place. */
type Story = readonly HoldEvent[]

interface Silence {
  readonly fromMs: number
  /** It went on, or was made again; Infinity: neither. */
  readonly toMs: number
}

/** What became of the long flows, those on this link by themselves. */
export function flowsOf(recording: Recording, link: string): Flows {
  const { fault, mended, job, config, linkOf } = recording
  const stories = storiesOf(recording.holds)
  const own = stories.filter(story => linkAt(story, fault.askedMs, recording) === link)
  const elsewhere = stories.filter(story => !job.struck.includes(linkAt(story, fault.askedMs, recording) ?? link))
  const broken = own.filter(story => breaksAfter(story, fault.askedMs).some(({ atMs }) => atMs < mended.askedMs))
  // By design: a better tier is back.
  const isGivenBack = ({ atMs, via }: Broken) => atMs >= mended.askedMs && metered.includes(linkOf(via) ?? "")
  const metered = config.links.filter(each => each.metered && !job.struck.includes(each.name)).map(({ name }) => name)
  const count = (of: readonly Story[], isWanted: (event: Broken) => boolean) =>
    of.filter(story => breaksAfter(story, fault.askedMs).some(isWanted)).length
  return {
    onLink: own.length,
    broken: broken.length,
    waiting: own.filter(story => !broken.includes(story) && isSilentAt(story, mended.askedMs)).length,
    elsewhere: elsewhere.length,
    brokenElsewhere: count(elsewhere, event => !isGivenBack(event)),
    movedBack: count(stories, isGivenBack),
  }
}

/** The longest silence of a flow that began while the fault lasted and that it was not to wait out. */
export function openFlowsMs(recording: Recording, link: string): number {
  const { fault, mended, endMs } = recording
  const fromMs = outageFromMs(recording)
  const kinds = isToWait(recording, link) ? (["broken"] as const) : (["broken", "stalled"] as const)
  const silences = storiesOf(recording.holds).flatMap(story => kinds.flatMap(kind => silencesOf(story, kind)))
  const own = silences.filter(silence => silence.toMs > fault.askedMs && silence.fromMs < mended.askedMs)
  return Math.max(0, ...own.map(({ fromMs: start, toMs }) => Math.min(toMs, endMs) - Math.max(start, fromMs)))
}

function isToWait(recording: Recording, link: string): boolean {
  const { job, config } = recording
  const isHeld = config.links.some(({ name, onDown }) => name === link && onDown === "hold")
  return isHeld || scenarios[job.scenario].keepsFlows || !hasRefuge(recording)
}

function storiesOf(holds: readonly HoldEvent[]): readonly Story[] {
  const flows = [...new Set(holds.map(({ flow }) => flow))]
  return flows.map(flow => holds.filter(event => event.flow === flow))
}

/** The link that the flow was on at this time; null: it was on none. */
function linkAt(story: Story, atMs: number, { linkOf }: Recording): string | null {
  const last = story.findLast(event => event.atMs < atMs && (event.kind === "open" || event.kind === "broken"))
  return last?.kind === "open" ? linkOf(last.via) : null
}

function isSilentAt(story: Story, atMs: number): boolean {
  return silencesOf(story, "stalled").some(({ fromMs, toMs }) => fromMs < atMs && toMs > atMs)
}

/** From the last sign of life to the next: known once it ends, or while it lasts. */
function silencesOf(story: Story, kind: "stalled" | "broken"): readonly Silence[] {
  const end = (after: number) => story.slice(after + 1).find(next => next.kind === "open" || next.kind === "resumed")
  return story.flatMap((event, index) =>
    event.kind === kind ? [{ fromMs: event.atMs - event.silentMs, toMs: end(index)?.atMs ?? Infinity }] : [],
  )
}

type Broken = Extract<HoldEvent, { readonly kind: "broken" }>

function breaksAfter(story: Story, atMs: number): readonly Broken[] {
  return story.filter(event => event.kind === "broken").filter(event => event.atMs >= atMs)
}
