/** The part of execa's result that says why a program failed. */
export interface Failure {
  readonly exitCode?: number | undefined
  readonly code?: string | undefined
  readonly signal?: string | undefined
  readonly timedOut?: boolean
  readonly isCanceled?: boolean
  readonly stderr?: unknown
  readonly originalMessage?: string | undefined
}

/** Debian's package for each program that evenkeel starts. */
const packages: Readonly<Record<string, string>> = {
  ip: "iproute2",
  tc: "iproute2",
  conntrack: "conntrack",
  ipset: "ipset",
  nft: "nftables",
  setpriv: "util-linux",
  unshare: "util-linux",
  stdbuf: "coreutils",
  nice: "coreutils",
}

/** Debian's package for a program of the router's. */
export function packageOf(file: string): string | undefined {
  return /^(ip6?tables|xtables)(-|$)/.test(file) ? "iptables" : packages[file]
}

const stderrLines = 5

/** A program of the router's that could not be started or did not end well. The message is for the operator. */
export class RunError extends Error {
  override readonly name = "RunError"
  readonly command: string
  /** Null: it never ran, or a signal ended it. */
  readonly exitCode: number | null
  /** The system's code when it never ran: `ENOENT`, `EACCES`, … */
  readonly code: string | null
  readonly stderr: string

  constructor(file: string, args: readonly string[], failure: Failure) {
    const command = [file, ...args].join(" ")
    const stderr = typeof failure.stderr === "string" ? failure.stderr : ""
    const said = stderr.trim().split("\n").slice(0, stderrLines).join("\n")
    super([`${command}: ${reason(file, failure)}`, said].filter(Boolean).join("\n"))
    this.command = command
    this.exitCode = failure.exitCode ?? null
    this.code = failure.code ?? null
    this.stderr = stderr
  }
}

function reason(file: string, failure: Failure): string {
  if (failure.code === "ENOENT") return missing(file)
  if (failure.timedOut) return "took too long and was stopped"
  if (failure.isCanceled) return "was cancelled"
  if (failure.exitCode !== undefined) return `exit code ${failure.exitCode}`
  if (failure.signal !== undefined) return `ended by ${failure.signal}`
  return failure.originalMessage ?? "failed"
}

function missing(file: string): string {
  const name = packageOf(file)
  return `no such program${name === undefined ? "" : `; Debian's package ${name} provides it`}`
}
