import { parseConfig } from "../../../src/config/parse.ts"
import { readYaml } from "../../../src/config/yaml.ts"
import type { JournalEvent } from "../../../src/core/events.ts"
import type { Original } from "../../../src/lab/rehearse/copy.ts"
import type { Recording } from "../../../src/lab/rehearse/recording.ts"
import type { Timed } from "../../../src/lab/timed.ts"
import type { Attempt, HoldEvent } from "../../../src/lab/traffic/report.ts"

const lines = `
lan: [eth2]
links:
  - { name: isp1, interface: eth0, mark: 1, weight: 70 }
  - { name: isp2, interface: eth1, mark: 2, weight: 30 }
probes: [{ icmp: 1.1.1.1 }, { tcp: "8.8.8.8:53" }]
`

/** @throws Error when it is no configuration. */
export function original(text: string = lines): Original {
  const [parsed, yaml] = [parseConfig(text, { hostname: "rtr" }), readYaml(text)]
  if (!parsed.ok || !yaml.ok) throw new Error(JSON.stringify(parsed))
  return { file: "evenkeel.yaml", config: parsed.config, written: yaml.mapping }
}

/** A blackhole of isp1 from second 10 to 14, seen until second 26; nothing else happened. Sources are links' names. */
export function recording(seen: Partial<Recording> = {}): Recording {
  return {
    job: { scenario: "blackhole", struck: ["isp1"], links: ["isp1"] },
    config: original().config,
    attempts: [],
    holds: [],
    events: [],
    fault: { askedMs: 10_000, doneMs: 10_010 },
    mended: { askedMs: 14_000, doneMs: 14_010 },
    endMs: 26_000,
    linkOf: address => address,
    ...seen,
  }
}

/** The users' turns from second 8 on, 40 a second: `via` says over which link, null that it failed. */
export function attempts(via: (startMs: number, turn: number) => string | null, untilMs = 26_000): readonly Attempt[] {
  return Array.from({ length: (untilMs - 8_000) / 25 }, (_, turn) => {
    const startMs = 8_000 + turn * 25
    const link = via(startMs, turn)
    return { startMs, tookMs: 1, ok: link !== null, via: link, error: link === null ? "timeout" : null }
  })
}

export const opened = (flow: number, atMs: number, via: string): HoldEvent => ({ kind: "open", flow, atMs, via })
export const stalled = (flow: number, atMs: number, silentMs: number): HoldEvent => ({
  kind: "stalled",
  flow,
  atMs,
  silentMs,
})
export const resumed = (flow: number, atMs: number, silentMs: number): HoldEvent => ({
  kind: "resumed",
  flow,
  atMs,
  silentMs,
})
export const broken = (flow: number, atMs: number, silentMs: number, via: string): HoldEvent => ({
  kind: "broken",
  flow,
  atMs,
  silentMs,
  via,
  error: "ECONNRESET",
})

export function said(atMs: number, event: object): Timed {
  return { atMs, event: event as JournalEvent }
}

export const state = (atMs: number, link: string, from: string, to: string) =>
  said(atMs, { type: "link.state", link, from, to, reason: "no target answered for 1.0 s" })
