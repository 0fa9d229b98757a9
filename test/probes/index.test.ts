import { readFileSync } from "node:fs"
import { lastValueFrom, toArray } from "rxjs"
import { expect, it } from "vitest"
import { probe } from "../../probes/index.ts"
import type { ProbeSpec } from "../../src/core/probe-spec.ts"

const limits = { timeoutMs: 1_000, lateMs: 1_000 }
const icmp: ProbeSpec = { kind: "icmp", address: "127.0.0.1" }
const tcp: ProbeSpec = { kind: "tcp", address: "127.0.0.1", port: 1 }

/** CAP_NET_ADMIN (12) and CAP_NET_RAW (13): capabilities(7). */
const PINNING_RIGHTS = 0b11n << 12n
const [, held = "0"] = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? []
const mayPin = (BigInt(`0x${held}`) & PINNING_RIGHTS) === PINNING_RIGHTS

const outcomes = (device: string, spec: ProbeSpec) =>
  lastValueFrom(probe({ interface: device, mark: 1 }, spec, limits).pipe(toArray()))

it("dispatches by kind, and says that an interface is missing", async () => {
  expect(await outcomes("missing0", tcp)).toEqual([{ kind: "lost", reason: "interface" }])
})

it.runIf(mayPin).each([icmp, tcp])("hears loopback answer a $kind probe", async spec => {
  expect(await outcomes("lo", spec)).toMatchObject([{ kind: "reply" }])
})

it.skipIf(mayPin).each([icmp, tcp])("tells an ordinary user which rights a $kind probe lacks", async spec => {
  const [outcome] = await outcomes("lo", spec)
  expect(outcome).toMatchObject({ kind: "broken", error: expect.stringContaining("CAP_NET_RAW") as string })
})
