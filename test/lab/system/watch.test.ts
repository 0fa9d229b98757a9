import { filter, firstValueFrom, skip, take, type Observable } from "rxjs"
import { beforeAll, beforeEach, afterEach, describe, expect, it } from "vitest"
import { restore, type Backend } from "../../../src/system/iptables.ts"
import { run } from "../../../src/system/run.ts"
import { ruleChanges } from "../../../src/system/rule-watch.ts"
import { readSnapshot } from "../../../src/system/snapshot.ts"
import { networkChanges, watchFacts } from "../../../src/system/watch.ts"
import { addWan, enterPrivateNetwork, ip } from "./private-network.ts"

/** Far more than it takes, and far less than the time after which the state is read without any signal. */
const generousMs = 10_000

const fail = (error: unknown) => {
  throw error
}

beforeAll(enterPrivateNetwork)
beforeEach(addWan)
afterEach(() => ip("link del wan"))

/** Waits out the two signals of the start, then makes a change and returns how long its own signal took. */
async function latencyMs(signals: Observable<void>, change: () => Promise<unknown>): Promise<number> {
  return new Promise((resolve, reject) => {
    let changedMs = 0
    const act = async () => {
      changedMs = performance.now()
      await change()
    }
    const subscription = signals.pipe(skip(1)).subscribe(() => {
      if (changedMs === 0) {
        act().catch(reject)
        return
      }
      subscription.unsubscribe()
      resolve(performance.now() - changedMs)
    })
  })
}

describe("networkChanges", () => {
  it.each([
    ["carrier is lost", "link set isp down"],
    ["an address is added", "addr add 192.0.2.77/24 dev wan"],
    ["a route is added", "route add default via 192.0.2.1 dev wan table 101"],
    ["a rule is added", "rule add pref 999 lookup 101"],
  ])("signals when %s", async (what, line) => {
    const tookMs = await latencyMs(networkChanges(4, fail), () => ip(line))
    console.log(`${what}: signal after ${tookMs.toFixed(1)} ms`)
    expect(tookMs).toBeLessThan(generousMs)
  })

  it("signals when rp_filter is changed", async () => {
    const tookMs = await latencyMs(networkChanges(4, fail), () =>
      run("sysctl", ["-qw", "net.ipv4.conf.wan.rp_filter=1"]),
    )
    console.log(`rp_filter is changed: signal after ${tookMs.toFixed(1)} ms`)
    expect(tookMs).toBeLessThan(generousMs)
  })
})

describe("watchFacts over networkChanges", () => {
  it("shows carrier loss, deletion and the interface made again, with another index", async () => {
    const wan$ = watchFacts(networkChanges(4, fail), async () =>
      (await readSnapshot(4)).interfaces.find(({ name }) => name === "wan"),
    )
    const next = (holds: (flags: readonly string[] | undefined) => boolean) =>
      firstValueFrom(
        wan$.pipe(
          filter(wan => holds(wan?.flags)),
          take(1),
        ),
      )
    const first = await next(flags => flags?.includes("LOWER_UP") ?? false)
    await Promise.all([next(flags => flags?.includes("NO-CARRIER") ?? false), ip("link set isp down")])
    await Promise.all([next(flags => flags === undefined), ip("link del wan")])
    const [second] = await Promise.all([next(flags => flags?.includes("LOWER_UP") ?? false), addWan()])
    expect(second?.index).not.toBe(first?.index)
  })
})

describe("ruleChanges", () => {
  const input = "*mangle\n:LOAD_BALANCE - [0:0]\n-A LOAD_BALANCE -j RETURN\nCOMMIT\n"

  it.each([
    { name: "nft", family: 4, save: "iptables-nft-save", restore: "iptables-nft-restore" },
    { name: "legacy", family: 4, save: "iptables-legacy-save", restore: "iptables-legacy-restore" },
  ] satisfies readonly Backend[])("signals within 5 s that somebody wrote a rule, on $name", async backend => {
    const tookMs = await latencyMs(ruleChanges(backend, fail), () => restore(backend, input))
    console.log(`${backend.name}: signal after ${tookMs.toFixed(0)} ms`)
    expect(tookMs).toBeLessThan(generousMs)
  })
})
