import { isNothing } from "../changes.ts"
import type { Checkup } from "./checkup.ts"
import { note, ok, problem, warning, type Finding } from "./finding.ts"

/** The router around the rules: what forwards, what fills up, who watches. */
export function diagnoseHost(checkup: Checkup): readonly Finding[] {
  return [
    ...forwarding(checkup),
    ...forwarding6(checkup),
    ...rpFilter(checkup),
    ...conntrackTable(checkup),
    ...stateDir(checkup),
    ...sandbox(checkup),
    agent(checkup),
    ...byHand(checkup),
    ...setUp(checkup),
  ]
}

function forwarding({ config, ipForward, isProcSysReadOnly }: Checkup): readonly Finding[] {
  if (config.lan.length === 0) return []
  if (ipForward === "1") return [ok("forwarding", "on")]
  const text = "the kernel forwards nothing (net.ipv4.ip_forward is 0): the LAN has no way out"
  return [
    problem(
      "forwarding",
      text,
      isProcSysReadOnly ? fromOutside(["net.ipv4.ip_forward=1"]) : "sysctl -w net.ipv4.ip_forward=1",
    ),
  ]
}

/** Only what is wrong. As a router the kernel passes over advertisements that it took as a host: hence another look. */
function forwarding6({ config, ipv6, isProcSysReadOnly }: Checkup): readonly Finding[] {
  if (config.lan.length === 0 || ipv6.facts.size === 0 || ipv6.forwarding === "1") return []
  const setting = "net.ipv6.conf.all.forwarding=1"
  const mend = isProcSysReadOnly ? fromOutside([setting]) : `sysctl -w ${setting}, then evenkeel doctor`
  const text = "the kernel forwards no IPv6 (net.ipv6.conf.all.forwarding is 0): the LAN has no way out by it"
  return [problem("forwarding", text, mend)]
}

/** Once an agent runs nobody else is to mend it, and `apply` would be refused. */
function rpFilter(checkup: Checkup): readonly Finding[] {
  const { strictRpFilter, agent, isProcSysReadOnly } = checkup
  if (isProcSysReadOnly) return lackedForGood(checkup)
  if (strictRpFilter.length === 0) return [ok("rp_filter", "no link's interface is strict")]
  const text = strictText(strictRpFilter)
  if (agent.kind === "none") return [note("rp_filter", text, "evenkeel apply (run does the same)")]
  const reload = agent.pid === null ? "systemctl reload evenkeel" : `kill -HUP ${agent.pid}`
  return [problem("rp_filter", text, `the agent mends this within 5 s; if not: ${reload}, then evenkeel events`)]
}

function strictText(devices: readonly string[]): string {
  return `strict on ${devices.join(", ")}: replies by all but the best route are dropped, probes' included`
}

/** What links lack where nobody can write it. The larger of `all` and an interface's own counts (ip-sysctl.rst). */
function lackedForGood({ strictRpFilter, firewall }: Checkup): readonly Finding[] {
  const lacking = firewall.kind === "found" ? firewall.changes.sysctls : []
  const settings = lacking.map(({ path, value }) => `net.ipv4.conf.all.${path.split("/").at(-1) ?? ""}=${value}`)
  if (settings.length === 0) return [ok("rp_filter", "no link's interface is strict")]
  const text = strictRpFilter.length > 0 ? strictText(strictRpFilter) : "replies are looked up without their marks"
  return [problem("rp_filter", `${text}; apply and the agent cannot change that here`, fromOutside(settings))]
}

function fromOutside(settings: readonly string[]): string {
  const flags = [...new Set(settings)].map(setting => `--sysctl ${setting}`).join(" ")
  return `/proc/sys is read-only in here: start this container with ${flags}, or as --privileged`
}

const NEARLY_FULL = 0.9
const FILLING = 0.75

/** A full table drops the first packet of every new flow (nf_conntrack: table full, dropping packet). */
function conntrackTable({ conntrack }: Checkup): readonly Finding[] {
  if (conntrack === null) return []
  const { count, max } = conntrack
  const text = `${count} of ${max} connections are tracked`
  const mend = `sysctl -w net.netfilter.nf_conntrack_max=${2 * max}`
  if (count >= NEARLY_FULL * max) return [problem("conntrack", `${text}: new flows are dropped when it is full`, mend)]
  return [count >= FILLING * max ? warning("conntrack", `${text}: it fills up`, mend) : ok("conntrack", text)]
}

/** The agent's user counts, which is root: what another one may write says nothing. */
function stateDir({ config, stateDirTrouble, rights }: Checkup): readonly Finding[] {
  if (!rights.netAdmin) return []
  if (stateDirTrouble === null) return [ok("state", `${config.stateDir} can be written`)]
  const text = `${config.stateDir} cannot be written (${stateDirTrouble}): no journal, no memory over a restart`
  return [problem("state", text, `ls -ld ${config.stateDir}; findmnt -T ${config.stateDir}`)]
}

/** What the unit lets the service write to (ReadWritePaths and its like, systemd.exec(5)); a drop-in that names a place is believed. */
function sandbox({ config, unitDropIns }: Checkup): readonly Finding[] {
  if (unitDropIns === null) return []
  const places = [
    { key: "stateDir", directory: config.stateDir, home: "/var/lib/evenkeel" },
    { key: "socket", directory: config.socket.slice(0, config.socket.lastIndexOf("/")), home: "/run/evenkeel" },
  ]
  return places
    .filter(({ directory, home }) => directory !== home && !directory.startsWith(`${home}/`))
    .filter(({ directory }) => !unitDropIns.includes(directory))
    .map(({ key, directory, home }) =>
      warning("service", `${key} is in ${directory}, not in ${home}: the service may not write there`, ALLOW),
    )
}

const ALLOW = "systemctl edit evenkeel (ReadWritePaths=; see docs/service.md)"

function agent({ agent, config }: Checkup): Finding {
  if (agent.kind === "running") return ok("agent", `running, pid ${agent.pid}`)
  if (agent.kind === "none")
    return warning("agent", "not running: nobody watches the links", "systemctl start evenkeel, or: evenkeel run")
  const who = agent.pid === null ? "a process that does not say who it is" : `pid ${agent.pid}`
  const text = `${who} holds the lock but does not answer on ${config.socket}: ${agent.why}`
  return problem("agent", text, "systemctl restart evenkeel")
}

/** What makes the rules other than the configuration alone would. */
function byHand({ agent }: Checkup): readonly Finding[] {
  if (agent.kind !== "running") return []
  return agent.overrides.flatMap(override => {
    const end = override.until === null ? "" : ` until ${override.until}`
    switch (override.kind) {
      case "drain":
        return note("by hand", `${override.link} is drained${end}`, `evenkeel undrain ${override.link}`)
      case "weight": {
        const text = `${override.link} has weight ${override.weight}${end}`
        return note("by hand", text, `evenkeel weight ${override.link} default`)
      }
      case "pin": {
        const text = `${override.name} pins flows to ${override.use.join(", else ")}${end}`
        return note("by hand", text, `evenkeel pin remove ${override.name}`)
      }
    }
  })
}

function setUp({ firewall, agent, isProcSysReadOnly }: Checkup): readonly Finding[] {
  if (firewall.kind !== "found") return []
  const { inForce } = firewall
  const changes = isProcSysReadOnly ? { ...firewall.changes, sysctls: [] } : firewall.changes
  if (isNothing(changes)) return [ok("rules", "rules, routes and settings are as configured")]
  if (inForce === null) return [note("rules", "not set up yet", "evenkeel plan, then evenkeel apply")]
  const count = changes.what.length + changes.ip.length + changes.sysctls.length
  const text = `${count} ${count === 1 ? "thing differs" : "things differ"} from the configuration`
  return agent.kind !== "none"
    ? [warning("rules", `${text}; the agent should have mended that`, "evenkeel events --since 1h --type rules.failed")]
    : [warning("rules", text, "evenkeel plan, then evenkeel apply")]
}
