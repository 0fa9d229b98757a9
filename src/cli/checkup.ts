import { keptOverrides } from "../agent/kept-overrides.ts"
import type { Reading } from "../agent/readings.ts"
import type { Config } from "../core/config.ts"
import type { AgentSeen, Checkup } from "../core/diagnose/checkup.ts"
import { obstacle } from "../core/facts.ts"
import { viewOf } from "../core/family.ts"
import { overridden } from "../core/overrides.ts"
import { deafToRouters } from "../system/advertisements.ts"
import { askNeighbours } from "../system/ask-neighbours.ts"
import { readConntrackTable } from "../system/conntrack-table.ts"
import { askHolder } from "../system/lock-holder.ts"
import { readNftRuleset } from "../system/nft.ts"
import { hardwareOffloads } from "../system/offload.ts"
import { readRights } from "../system/rights.ts"
import { strictOnes } from "../system/link-sysctls.ts"
import { isProcSysReadOnly, readSysctl } from "../system/sysctl.ts"
import { findTools } from "../system/tools.ts"
import { writeTrouble } from "../system/writable.ts"
import { askStatus } from "./ask.ts"
import { Failure } from "./failure.ts"
import { readFirewall } from "./firewall.ts"
import { readDropIns } from "./install/look.ts"
import { look } from "./set-up.ts"

/** Every program that evenkeel starts, by the name that Debian gives it. */
const PROGRAMS = ["iptables-restore", "ip", "conntrack", "setpriv", "stdbuf", "nice", "xtables-monitor"]

/** Reads all that `doctor` judges. Changes nothing. */
export async function checkUp(whole: Config): Promise<Checkup> {
  const config = viewOf(whole, 4)
  const looked = await look(config)
  const { reading } = looked
  const { overrides } = await keptOverrides(whole)
  const asksSets = config.sets.length > 0 || config.sticky !== null
  return {
    config,
    tools: await findTools(asksSets ? [...PROGRAMS, "ipset"] : PROGRAMS),
    rights: await readRights(),
    firewall: await readFirewall(overridden(whole, overrides), { ...looked, view: overridden(looked.view, overrides) }),
    isProcSysReadOnly: await isProcSysReadOnly(),
    ipForward: await readSysctl("net/ipv4/ip_forward"),
    strictRpFilter: await strictOnes(config.links.map(link => link.interface)),
    snapshot: reading.snapshot,
    facts: reading.facts,
    neighbours: await askNeighbours(4, gatewaysOf(config, reading)),
    ipv6: await checkUpIpv6(whole),
    nft: await readNftRuleset(),
    hardwareOffloads: await hardwareOffloads([...config.lan, ...config.links.map(link => link.interface)]),
    conntrack: await readConntrackTable(),
    stateDirTrouble: await writeTrouble(config.stateDir),
    unitDropIns: await readDropIns(),
    agent: await readAgent(config),
  }
}

async function checkUpIpv6(config: Config): Promise<Checkup["ipv6"]> {
  const view = viewOf(config, 6)
  const forwarding = await readSysctl("net/ipv6/conf/all/forwarding")
  if (view.links.length === 0) return { facts: new Map(), neighbours: [], forwarding, deafToRouters: [] }
  const { reading } = await look(view)
  return {
    facts: reading.facts,
    neighbours: await askNeighbours(6, gatewaysOf(view, reading)),
    forwarding,
    deafToRouters: await deafToRouters(view.links.map(link => link.interface)),
  }
}

function gatewaysOf({ links }: Config, { facts }: Reading) {
  return links.flatMap(({ name, interface: device }) => {
    const known = facts.get(name)
    return known?.gateway == null || obstacle(known) !== null ? [] : { address: known.gateway, device }
  })
}

async function readAgent(config: Config): Promise<AgentSeen> {
  const holder = await askHolder()
  if (holder === "gone") return { kind: "none" }
  const pid = holder?.pid ?? null
  try {
    const status = await askStatus(config)
    if (status?.pid == null) return { kind: "silent", pid, why: "nobody listens there" }
    return { kind: "running", pid: status.pid, links: status.links, overrides: status.overrides }
  } catch (error) {
    if (error instanceof Failure) return { kind: "silent", pid, why: error.message }
    throw error
  }
}
