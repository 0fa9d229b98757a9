import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Suspicion } from "../../src/core/suspicion.ts"
import { newTarget, type TargetHealth } from "../../src/core/target.ts"
import { targetToAsk } from "../../src/core/turns.ts"
import { SETTINGS } from "./fixtures.ts"

const SUSPICION: Suspicion = { sinceMs: 0, sentMs: 0, lost: 0, lastLost: 0, confirmedMs: null, hintedBy: null }

const named = (name: string, count: number, changes: Partial<TargetHealth>) =>
  Array.from({ length: count }, (_, i) => ({ ...newTarget(`${name}${i}`), ...changes }))
const living = (count: number) => named("alive", count, { lastAnswerMs: 100_000 })
const dead = (count: number) => named("dead", count, { lastAnswerMs: 0, missesInRow: 50 })

function asked(targets: readonly TargetHealth[], turns: number, suspicion: Suspicion | null = null) {
  const nameAt = (turn: number) => targetToAsk({ suspicion, targets }, SETTINGS, turn).probe
  const counts = new Map(targets.map(({ probe }) => [probe, 0]))
  for (let turn = 0; turn < turns; turn++) counts.set(nameAt(turn), (counts.get(nameAt(turn)) ?? 0) + 1)
  return counts
}

describe("whom to ask", () => {
  it("is each living target as often as any other, however many are dead", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 }), (alive, gone) => {
        const turns = gone === 0 ? alive : alive * 8
        const counts = asked([...dead(gone), ...living(alive)], turns)
        const each = gone === 0 ? 1 : 7
        expect(living(alive).map(({ probe }) => counts.get(probe))).toEqual(living(alive).map(() => each))
      }),
    )
  })

  it("is a dead one at every eighth turn, each of them in its turn", () => {
    const counts = asked([...living(2), ...dead(3)], 8 * 3 * 5)
    expect(dead(3).map(({ probe }) => counts.get(probe))).toEqual([5, 5, 5])
  })

  it("is one that could not be asked as seldom, and anybody where none can", () => {
    const broken = named("broken", 2, { broken: "EPERM" })
    const counts = asked([...living(1), ...broken], 8 * 2 * 5)
    expect(broken.map(({ probe }) => counts.get(probe))).toEqual([5, 5])
    expect(asked([...living(1), ...broken], 80, SUSPICION).get("alive0")).toBe(80)
    expect([...asked(broken, 10).values()]).toEqual([5, 5])
  })

  it("is no dead one during a burst, which it could not confirm", () => {
    const counts = asked([...living(2), ...dead(1)], 80, SUSPICION)
    expect(counts.get("dead0")).toBe(0)
  })
})
