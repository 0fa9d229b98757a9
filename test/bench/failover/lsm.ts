import { writeFile } from "node:fs/promises"
import type { Detector } from "./detector.ts"
import { eventScript } from "./event-script.ts"

/** It writes its states to /var/lib/lsm whatever its settings, so it gets one of its own. */
const start = 'mount -t tmpfs tmpfs /var/lib/lsm && exec lsm "$@"'

/** lsm 1.0.4, one connection that pings one target through the link, with `-f` as Debian's lsm.service has it. */
function lsm(settings: string, options: readonly string[]): Detector {
  return {
    name: "lsm",
    settings,
    configuration: options.length === 0 ? "the defaults" : options.join("\n"),
    start: async lab => {
      const { file, decisions$ } = await eventScript(lab, ([state]) => state !== "down")
      const [target = ""] = lab.targets
      const connection = ["name=isp1", `checkip=${target}`, `device=${lab.link("isp1").interface}`, ...options]
      const lines = [...connection, `eventscript=${file}`, "notifyscript="].map(line => `  ${line}\n`)
      await writeFile(`${lab.dir}/lsm.conf`, `connection {\n${lines.join("")}}\n`)
      const args = ["-f", "-c", `${lab.dir}/lsm.conf`, "-p", `${lab.dir}/lsm.pid`]
      await lab.spawn("rtr", "unshare", ["--mount", "sh", "-c", start, "sh", ...args])
      return decisions$
    },
  }
}

export const lsms: readonly Detector[] = [
  lsm("default", []),
  // Its fastest: 20 ms is MIN_PERHOST_INTERVAL (defs.h), below which it does not go; it decides once a second, whatever
  // the settings (main loop of lsm.c). 100 of its window of 100 packets leaves only losses in a row to decide.
  lsm("fast", ["interval_ms=20", "timeout_ms=200", "max_successive_pkts_lost=10", "max_packet_loss=100"]),
]
