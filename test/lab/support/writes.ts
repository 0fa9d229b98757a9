import { filter, firstValueFrom, map, merge, ReplaySubject, timeout } from "rxjs"
import { monotonicMs } from "../../../src/lab/clock.ts"
import type { Lab } from "../../../src/lab/lab.ts"

/** Listens for whatever is written to the router's nft rules, interfaces, IPv4 addresses, routes and policy rules. */
export interface WriteWatch {
  /** All that was written since the last call, in the kernel's words. */
  readonly taken: () => Promise<readonly string[]>
  /** The monotonic time at which the next line like this comes. Asked for before it is caused. */
  readonly next: (pattern: RegExp) => Promise<number>
}

/** Into a pipe, both programs would otherwise write only when 4 KiB have gathered. */
const monitors = [
  ["-oL", "xtables-monitor", "--event"],
  ["-oL", "ip", "-4", "monitor", "link", "address", "route", "rule"],
]

const isMark = (line: string) => /EVENKEEL-?TEST|^(Deleted )?9{4}:|table raw|NEWGEN/.test(line)

export async function watchWrites(lab: Lab): Promise<WriteWatch> {
  const children = await Promise.all(monitors.map(args => lab.spawn("rtr", "stdbuf", args)))
  const lines$ = new ReplaySubject<{ readonly line: string; readonly atMs: number }>(Infinity)
  merge(...children.map(child => child.lines$))
    .pipe(map(line => ({ line: line.trim(), atMs: monotonicMs() })))
    .subscribe(lines$)
  const seen: string[] = []
  lines$.subscribe(({ line }) => seen.push(line))
  await mark(lab, seen)
  return {
    taken: async () => {
      await mark(lab, seen)
      return seen.splice(0).filter(line => !isMark(line))
    },
    next: pattern => {
      const sinceMs = monotonicMs()
      const isNext = ({ line, atMs }: { line: string; atMs: number }) => atMs >= sinceMs && pattern.test(line)
      return firstValueFrom(
        lines$.pipe(
          filter(isNext),
          map(({ atMs }) => atMs),
          timeout({ first: 30_000 }),
        ),
      )
    },
  }
}

/**
 * Writes something of its own until both monitors have told of it: from then on they surely listen, and all that was
 * written before has been told.
 */
async function mark(lab: Lab, seen: readonly string[]): Promise<void> {
  const from = seen.length
  const isTold = () => ["TEST", "9999:"].every(word => seen.slice(from).some(line => line.includes(word)))
  const endMs = monotonicMs() + 10_000
  // A table that is flushed and given nothing is deleted: no trace is left.
  const restore = (options: readonly string[], lines: string) =>
    lab.exec("rtr", "iptables-nft-restore", options, { input: `*raw\n${lines}COMMIT\n` })
  while (!isTold()) {
    if (monotonicMs() > endMs) throw new Error(`the monitors do not tell of writes:\n${seen.join("\n")}`)
    await lab.ip("rtr", ["rule add pref 9999 lookup 99", "rule del pref 9999"])
    await restore(["--noflush"], ":EVENKEELTEST - [0:0]\n-X EVENKEELTEST\n")
    await restore([], "")
  }
}
