import type { LostReason, Outcome } from "../src/core/outcome.ts"
import { Failure } from "./failure.ts"

/** What the network, or this host's routing, said of the link or the target. Everything else is the prober's trouble. */
const lost: Readonly<Record<string, LostReason>> = {
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENONET: "unreachable",
  ENOPROTOOPT: "unreachable", // ICMP protocol unreachable: icmp_err_convert in net/ipv4/icmp.c
  ENODEV: "interface",
  ENETDOWN: "interface",
  EADDRNOTAVAIL: "interface",
}

const advice: Readonly<Record<string, string>> = {
  EPERM: "a local firewall rule (iptables OUTPUT) drops or rejects the probe",
  EACCES: "a local security policy (cgroup, LSM) forbids the probe, or the target is a broadcast address",
  EMFILE: "this process has no file descriptor left; raise LimitNOFILE (ulimit -n)",
  ENFILE: "the system has no file descriptor left; raise fs.file-max",
  ENOBUFS: "the kernel's send queue or socket memory is full",
  ENOMEM: "the kernel has no memory for a socket",
}

/** Whether `blame` knows what this error of the kernel's means. */
export function isKnown({ code = "" }: NodeJS.ErrnoException): boolean {
  return Object.hasOwn(lost, code) || Object.hasOwn(advice, code)
}

/** Whom a failed probe counts against: the link (`lost`) or nobody (`broken`, with a text to act on). */
export function blame(error: unknown): Outcome {
  if (error instanceof Failure) return { kind: "lost", reason: error.reason, detail: error.message }
  const { code, syscall, message } = described(error)
  const reason = lost[code]
  if (reason !== undefined) return { kind: "lost", reason }
  if (isOpening(syscall) && (code === "EPERM" || code === "EACCES"))
    return broken(message, "probes need root, or CAP_NET_RAW and CAP_NET_ADMIN")
  return broken(message, advice[code])
}

function isOpening(syscall: string): boolean {
  return syscall === "socket" || syscall === "setsockopt"
}

function broken(message: string, hint: string | undefined): Outcome {
  return { kind: "broken", error: hint === undefined ? message : `${message}: ${hint}` }
}

function described(error: unknown): { code: string; syscall: string; message: string } {
  const { code = "", syscall = "" } = error as NodeJS.ErrnoException
  return { code, syscall, message: error instanceof Error ? error.message : String(error) }
}
