import { describe, expect, it } from "vitest"
import { CALM, type Damping } from "../../src/core/damping.ts"
import type { LinkStateName } from "../../src/core/link-state.ts"
import type { Plan } from "../../src/core/plan.ts"
import { startWorld, type Note } from "../../src/core/start.ts"
import { config } from "./fixtures.ts"

const DAMPED: Damping = { penalty: 3.2, atMs: -60_000, isDamped: true }
const BOTH: Plan = {
  balance: [
    { mark: 1, weight: 70 },
    { mark: 2, weight: 30 },
  ],
  move: [],
  ways: [],
}
const ONLY_ISP2: Plan = { balance: [{ mark: 2, weight: 1 }], move: [], ways: [] }

function started(inForce: Plan | null, notes: Readonly<Record<string, Partial<Note>>>) {
  const entry = ([name, note]: readonly [string, Partial<Note>]) =>
    [name, { state: "up" as LinkStateName, sinceMs: -5000, damping: null, ...note }] as const
  return startWorld(config(), { inForce, notes: new Map(Object.entries(notes).map(entry)) }, 0)
}

const marks = ({ balance }: Plan) => balance.map(({ mark }) => mark)

describe("an agent that starts", () => {
  it("knows nothing of any link where nothing was left, and lets all carry", () => {
    const { links, plan } = started(null, {})
    expect(links.map(({ state, damping }) => [state, damping])).toEqual([
      ["unknown", CALM],
      ["unknown", CALM],
    ])
    expect(plan).toEqual(BOTH)
  })

  it("gives nothing to a link that was noted as down, or that the rules had let go or passed over", () => {
    const left: readonly [Plan, Record<string, Partial<Note>>][] = [
      [BOTH, { isp1: { state: "down" } }],
      [{ ...ONLY_ISP2, move: [1], ways: [] }, {}],
      [ONLY_ISP2, { isp1: { state: "up" } }],
    ]
    for (const [inForce, notes] of left) {
      const { links, plan } = started(inForce, notes)
      expect(links[0]).toMatchObject({
        state: "down",
        reason: "known to be down before this start; waiting for answers",
      })
      expect(marks(plan)).toEqual([2])
    }
  })

  it("goes on counting since when a link is down", () => {
    const { links } = started(BOTH, { isp1: { state: "down", sinceMs: -3_600_000 } })
    expect(links[0]?.sinceMs).toBe(-3_600_000)
  })

  it("leaves a damped link damped, and does not say that it was dead", () => {
    const { links, plan } = started(ONLY_ISP2, { isp1: { damping: DAMPED } })
    expect(links[0]).toMatchObject({ state: "unknown", damping: DAMPED, share: 0 })
    expect(marks(plan)).toEqual([2])
  })

  it("lets it back in when its time has passed meanwhile", () => {
    const { links } = started(BOTH, { isp1: { damping: { ...DAMPED, atMs: -3_600_000 } } })
    expect(links[0]?.damping.isDamped).toBe(false)
    expect(links[0]?.share).toBe(0.1)
  })
})
