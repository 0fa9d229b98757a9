import { chmod, chown, readdir, readFile } from "node:fs/promises"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { execPath } from "node:process"
import { filter, firstValueFrom, map, timeout } from "rxjs"
import { expect, test } from "vitest"
import type { JournalEvent } from "../../src/core/events.ts"
import { configure, labConfig, placesOf } from "../../src/lab/agent.ts"
import { blackhole } from "../../src/lab/faults.ts"
import { follow } from "../../src/lab/follow.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import type { Child } from "../../src/system/run-child.ts"
import { evenkeelJson } from "./support/command.ts"
import { untilEvent } from "./support/journal.ts"
import { twoLinks, withLab } from "./support/scene.ts"

/** The user `nobody` of every Debian; the service has one of its own. */
const USER = 65_534
const listener = join(import.meta.dirname, "../system/support/listen-datagrams.py")

/** In a user namespace of one user there is nobody else to run as. */
const isRoot = !/^\s*0\s+\d+\s+1\s*$/m.test(readFileSync("/proc/self/uid_map", "utf8"))

/**
 * What the unit makes of the file system (ProtectSystem, ProtectKernelTunables, ReadWritePaths), in mounts of the agent's
 * own. The agent is the positional parameters after the writable directory.
 */
const likeTheUnit = `
  mount --bind "$1" "$1"
  mount --bind /proc/sys /proc/sys
  mount --bind /proc/sys/net /proc/sys/net
  mount -o remount,bind,ro /proc/sys
  mount -o remount,bind,ro /run
  mount -o remount,bind,ro /
  shift
  exec "$@"`

/** `User=`, `AmbientCapabilities=`, `CapabilityBoundingSet=` and `NoNewPrivileges=`. */
const asUser = [
  "setpriv",
  `--reuid=${USER}`,
  `--regid=${USER}`,
  "--clear-groups",
  "--bounding-set=-all,+net_admin,+net_raw",
  "--inh-caps=-all,+net_admin,+net_raw",
  "--ambient-caps=-all,+net_admin,+net_raw",
  "--no-new-privs",
]

async function startService(lab: Lab, socket: string): Promise<Child> {
  await configure(lab, labConfig(lab))
  for (const path of [lab.dir, placesOf(lab).stateDir, socket]) await chown(path, USER, USER)
  const command = [...asUser, execPath, agentProgram, "run", "-c", `${lab.dir}/evenkeel.yaml`]
  return lab.spawn("rtr", "unshare", ["--mount", "sh", "-euc", likeTheUnit, "sh", lab.dir, ...command], {
    env: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "3000000" },
  })
}

const told = (notified: Child, isWanted: (line: string) => boolean) =>
  firstValueFrom(notified.lines$.pipe(filter(isWanted), timeout({ first: 20_000 })))

test.skipIf(!isRoot)(
  "as an ordinary user with two capabilities and a read-only system it sets up, says so, fails over, and ends well",
  async () => {
    await withLab({ ...twoLinks, rpFilter: 1 }, async lab => {
      const socket = `${lab.dir}/notify`
      const notified = await lab.spawn("rtr", "python3", [listener, socket])
      await firstValueFrom(notified.lines$)
      await chmod(socket, 0o777)
      const child = await startService(lab, socket)
      await told(notified, line => line === "READY=1")
      expect((await lab.exec("rtr", "iptables-save", ["-t", "mangle"])).stdout).toContain("-A LOAD_BALANCE")

      const events$ = follow(`${placesOf(lab).stateDir}/events.jsonl`).pipe(
        map(line => JSON.parse(line) as JournalEvent),
      )
      await told(notified, line => line === "STATUS=isp1 up, isp2 up")
      await blackhole(lab, "isp1")
      await untilEvent({ events$ }, event => event.type === "weights.applied" && event.shares["isp1"] === 0)
      await told(notified, line => line === "STATUS=isp1 down, isp2 up")
      await told(notified, line => line === "WATCHDOG=1")
      expect(await troubles(lab)).toEqual([])
      expect((await lab.exec("rtr", "cat", ["/proc/sys/net/ipv4/conf/eth0/rp_filter"])).stdout).toBe("2\n")
      expect(await evenkeelJson(lab, "status")).toMatchObject({ rulesInSync: true, pid: await agentPid(lab) })

      child.kill("SIGHUP")
      await told(notified, line => line.startsWith("RELOADING=1;MONOTONIC_USEC="))
      child.kill("SIGTERM")
      expect(await child.exited).toMatchObject({ exitCode: 0 })
      await told(notified, line => line.startsWith("STOPPING=1"))
      expect(await ownersIn(placesOf(lab).stateDir)).toEqual([USER])
    })
  },
)

/** What did not work, by the journal. */
async function troubles(lab: Lab): Promise<readonly string[]> {
  const lines = (await readFile(`${placesOf(lab).stateDir}/events.jsonl`, "utf8")).split("\n").filter(Boolean)
  return lines.filter(line => /"type":"(rules\.failed|probe\.broken)"/.test(line))
}

async function agentPid(lab: Lab): Promise<unknown> {
  return ((await evenkeelJson(lab, "status")) as { pid: unknown }).pid
}

async function ownersIn(directory: string): Promise<readonly number[]> {
  const { stat } = await import("node:fs/promises")
  const names = await readdir(directory, { recursive: true })
  const owners = await Promise.all(names.map(async name => (await stat(join(directory, name))).uid))
  return [...new Set(owners)]
}
