import { writeFile } from "node:fs/promises"
import { lanInterface } from "../../../src/lab/topology.ts"
import type { Detector } from "./detector.ts"
import { eventScript } from "./event-script.ts"

interface Check {
  readonly ping: readonly string[]
  readonly options: readonly string[]
}

/**
 * keepalived 2.2 as people use it for an uplink: a `vrrp_script` that pings one target through the link, tracked by a
 * VRRP instance that falls into FAULT with it. BFD needs a provider that takes part, PING_CHECK a load balancer's servers.
 */
function keepalived(settings: string, { ping, options }: Check): Detector {
  return {
    name: "keepalived",
    settings,
    // Before each script, even as its own user; a refusal passes for the script's success.
    setsGroups: true,
    configuration: [`script "ping ${ping.join(" ")} -I eth0 1.1.1.1"`, ...options].join("\n"),
    start: async lab => {
      const { file, decisions$ } = await eventScript(lab, ([, , state]) => state !== "FAULT")
      const [target = ""] = lab.targets
      const script = `script "/bin/ping ${ping.join(" ")} -I ${lab.link("isp1").interface} ${target}"`
      const base = `${lab.dir}/keepalived`
      await writeFile(`${base}.conf`, configuration([script, ...options], file))
      const pidFiles = ["-p", `${base}.pid`, "-r", `${base}-vrrp.pid`]
      await lab.spawn("rtr", "keepalived", ["--dont-fork", "--vrrp", "-f", `${base}.conf`, ...pidFiles])
      return decisions$
    },
  }
}

function configuration(check: readonly string[], notify: string): string {
  return `global_defs {
  script_user root
}
vrrp_script isp1 {
${check.map(line => `  ${line}`).join("\n")}
}
vrrp_instance isp1 {
  interface ${lanInterface}
  virtual_router_id 1
  virtual_ipaddress {
    10.0.0.254/24
  }
  track_script {
    isp1
  }
  notify ${notify}
}
`
}

export const keepaliveds: readonly Detector[] = [
  // interval 1, rise 1, fall 1 (keepalived.conf(5)); whole seconds, so there is no faster one.
  keepalived("default", { ping: ["-c", "1", "-W", "1"], options: [] }),
  // Any one of three answers will do (ping(8), exit code), all within the second that a run may take.
  keepalived("tuned", { ping: ["-c", "3", "-i", "0.2", "-W", "0.4"], options: ["rise 3"] }),
]
