import { TestScheduler } from "rxjs/testing"
import { describe, expect, it } from "vitest"
import { newLink, type LinkHealth } from "../../src/core/link-health.ts"
import { overhear } from "../../src/streams/overhear.ts"
import { link, SETTINGS } from "../core/fixtures.ts"

const SUSPICION = { sinceMs: 0, sentMs: 0, lastLost: 0, confirmedMs: null, hintedBy: null }
const ISP1 = link(1)
const calm = newLink("isp1", ["a"], SETTINGS, 0)
const suspected: LinkHealth = { ...calm, suspicion: { ...SUSPICION, lost: 0 } }
const doubted: LinkHealth = { ...calm, suspicion: { ...SUSPICION, lost: 5 } }
const worse: LinkHealth = { ...calm, suspicion: { ...SUSPICION, lost: 6 } }
const health = { c: calm, s: suspected, d: doubted, w: worse }

function expectMarbles(known: string, traffic: string, told: string, listening: readonly string[]): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected)
  })
  scheduler.run(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const users$ = cold(traffic)
    const heard$ = overhear(ISP1, hot(known, health), () => users$, scheduler.now.bind(scheduler))
    const at = (atMs: number) => ({ kind: "traffic", link: "isp1", atMs })
    expectObservable(heard$).toBe(told, Object.fromEntries([4, 5, 6, 7, 9].map(atMs => [String(atMs), at(atMs)])))
    expectSubscriptions(users$.subscriptions).toBe([...listening])
  })
}

describe("a link's users", () => {
  it("are not listened to while nothing serious is suspected of it", () => {
    expectMarbles("c-s-c-s-c-", "x", "----------", [])
  })

  it("are listened to while it is in doubt, once however that changes, and told of with the time", () => {
    expectMarbles("c-sdwd-c--", "-x-x------", "----4-6---", ["---^---!--"])
  })

  it("are listened to anew at the next doubt", () => {
    expectMarbles("d--c--d---", "---x", "---------9", ["^--!", "------^---"])
  })

  it("leave everything to the probes when they cannot be heard any more", () => {
    expectMarbles("c-d----c--", "--|", "----------", ["--^-!"])
  })
})
