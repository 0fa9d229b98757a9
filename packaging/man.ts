import type { CommandGroup, CommandHelp, Entry } from "./help.ts"

export interface Page {
  readonly version: string
  /** RFC 3339 date of the version. */
  readonly date: string
  readonly groups: readonly CommandGroup[]
  readonly commands: readonly CommandHelp[]
}

/** evenkeel(8), in the macros of man(7). */
export function manPage({ version, date, groups, commands }: Page): string {
  const lines = [
    `.TH EVENKEEL 8 "${date}" "evenkeel ${version}" "System Administration"`,
    ...section("NAME", ["evenkeel \\- unattended failover for routers with two or more uplinks"]),
    ...section("SYNOPSIS", [".B evenkeel", "\\fICOMMAND\\fR [\\fIoptions\\fR]"]),
    ...section("DESCRIPTION", DESCRIPTION),
    ...section(
      "COMMANDS",
      groups.flatMap(group => groupLines(group, commands)),
    ),
    ...section("COMMON OPTIONS", COMMON),
    ...section("EXIT STATUS", EXIT_STATUS),
    ...section("SIGNALS", SIGNALS),
    ...section("FILES", FILES),
    ...section("SEE ALSO", [".BR iptables (8),", ".BR ip\\-rule (8),", ".BR conntrack (8),", ".BR systemctl (1)"]),
  ]
  return `${lines.join("\n")}\n`
}

const DESCRIPTION = [
  "evenkeel probes every uplink of a router, notices a dead one in about a second, and steers new flows to the others by",
  "rewriting one iptables chain in one transaction.",
  "Flows on healthy links never move.",
  "The rules do the steering: stopped, killed or removed, it leaves the last good ones in force.",
]

const COMMON = [
  ...item("\\-c, \\-\\-config FILE", "configuration (default: /etc/evenkeel/evenkeel.yaml)"),
  ...item("\\-\\-version", "print the version"),
  ...item("\\-h, \\-\\-help", "print help, also of a command"),
]

const EXIT_STATUS = [
  ...item("0", "done"),
  ...item("1", "failed"),
  ...item("2", "the command line or the configuration is wrong"),
]

const SIGNALS = [
  ...item("SIGHUP", "the agent reads its configuration again; one with problems changes nothing"),
  ...item("SIGTERM, SIGINT", "the agent ends within two seconds; the rules stay"),
]

const FILES = [
  ...item("/etc/evenkeel/evenkeel.yaml", "configuration"),
  ...item("/etc/evenkeel/environment", "values for ${VARIABLES} in it, NAME=value a line; read by systemd alone"),
  ...item("/var/lib/evenkeel", "journal, last state, and what was there before evenkeel"),
  ...item("/run/evenkeel/control.sock", "where a running agent is asked; for root and the group evenkeel"),
]

function section(title: string, lines: readonly string[]): readonly string[] {
  return [`.SH ${title}`, ...lines]
}

function groupLines({ title, names }: CommandGroup, commands: readonly CommandHelp[]): readonly string[] {
  const own = commands.filter(({ words: [first = ""] }) => names.includes(first))
  return [`.SS "${escaped(title)}"`, ...own.flatMap(commandLines)]
}

function commandLines({ usage, describe, positionals, options }: CommandHelp): readonly string[] {
  const entries = [...positionals, ...options]
  const below = entries.length === 0 ? [] : [".RS", ...entries.flatMap(entryLines), ".RE"]
  return [...item(escaped(usage), describe), ...below]
}

function entryLines({ head, text, choices }: Entry): readonly string[] {
  return item(escaped(head), choices.length === 0 ? text : `${text}: ${choices.join(", ")}`)
}

/** `head` is roff already. */
function item(head: string, text: string): readonly string[] {
  return [".TP", `.B ${head}`, escaped(text)]
}

/** A backslash begins an escape, a hyphen that is to be copied is `\-`, and a dot or quote at the start a request: groff(7). */
function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/, "\\&")
}
