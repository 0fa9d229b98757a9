import { setTimeout as sleep } from "node:timers/promises"
import { carrierBack, carrierLoss } from "../../../src/lab/faults.ts"
import { deleteInterface, gatewayChange, leaseRenewal } from "../../../src/lab/leases.ts"
import type { FaultTime } from "../../../src/lab/faults.ts"
import { addressChange, addressLoss, remakeInterface } from "../../../src/lab/leases.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import { dial } from "../../../src/lab/sessions.ts"

/** Something that happens to isp1. Resolves when the kernel has all of it again: carrier, address and route. */
export interface Change {
  readonly name: string
  readonly act: (lab: Lab, round: number, restart: Restart) => Promise<FaultTime>
  /** What its interface is while the agent starts, if not what the lab makes it. */
  readonly prepare?: (lab: Lab) => Promise<unknown>
  readonly settings?: Readonly<Record<string, unknown>>
}

/** Has the agent started again after this. */
export type Restart = (after: () => Promise<unknown>) => Promise<void>

/** Less than `downAfter`, as a DHCP client's script takes, and more. */
const BRIEF_MS = 300
const LONG_MS = 3_000

const other = (round: number, one: string, another: string) => (round % 2 === 0 ? one : another)

async function away(lab: Lab, forMs: number, back: () => Promise<FaultTime>): Promise<FaultTime> {
  const { askedMs } = await deleteInterface(lab, "isp1")
  await sleep(forMs)
  return { askedMs, doneMs: (await back()).doneMs }
}

async function unplugged(lab: Lab, forMs: number): Promise<FaultTime> {
  const { askedMs } = await carrierLoss(lab, "isp1")
  await sleep(forMs)
  return { askedMs, doneMs: (await carrierBack(lab, "isp1")).doneMs }
}

/** Addresses of a lease and of a session, another each time. */
const leased = (round: number) => `192.168.1.${10 + round}`
const session = {
  prepare: async (lab: Lab) => {
    await deleteInterface(lab, "isp1")
    await dial(lab, "isp1", "192.168.1.2")
  },
  settings: { gateway: "none" },
}

export const CHANGES: readonly Change[] = [
  { name: "lease renewed, same address", act: lab => leaseRenewal(lab, "isp1") },
  { name: "another address", act: (lab, round) => addressChange(lab, "isp1", { address: leased(round) }) },
  {
    name: "another address, after 0.3 s without one",
    act: async (lab, round) => {
      await addressLoss(lab, "isp1")
      await sleep(BRIEF_MS)
      return addressChange(lab, "isp1", { address: leased(round) })
    },
  },
  {
    name: "another gateway",
    act: (lab, round) => gatewayChange(lab, "isp1", other(round, "192.168.1.254", "192.168.1.1")),
  },
  {
    name: "another address and gateway",
    act: (lab, round) => {
      const subnet = other(round, "172.16.5", "172.16.6")
      return addressChange(lab, "isp1", { address: `${subnet}.9`, gateway: `${subnet}.1` })
    },
  },
  {
    name: "session made again, away for 0.3 s",
    act: (lab, round) => away(lab, BRIEF_MS, () => dial(lab, "isp1", leased(round))),
    ...session,
  },
  {
    name: "session made again, away for 3 s",
    act: (lab, round) => away(lab, LONG_MS, () => dial(lab, "isp1", leased(round))),
    ...session,
  },
  {
    name: "interface that appears after the agent's start",
    act: async (lab, _, restart) => {
      await restart(() => deleteInterface(lab, "isp1"))
      await sleep(LONG_MS)
      return remakeInterface(lab, "isp1")
    },
  },
  { name: "interface made again at once", act: lab => away(lab, 0, () => remakeInterface(lab, "isp1")) },
  { name: "carrier lost for 0.3 s", act: lab => unplugged(lab, BRIEF_MS) },
  { name: "carrier lost for 3 s", act: lab => unplugged(lab, LONG_MS) },
]
