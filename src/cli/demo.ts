import type { CommandModule } from "yargs"
import { insideLab, reenter } from "../lab/namespaces.ts"
import { buildLab } from "../lab/lab.ts"
import { summary } from "./demo/lines.ts"
import { play } from "./demo/play.ts"
import type { Finding } from "./demo/record.ts"
import { openScreen, type Screen } from "./format.ts"
import { withJson, type Options, type PrintOptions } from "./options.ts"

export const demo: CommandModule<Options, PrintOptions> = {
  command: "demo",
  describe: "watch a router fail over in a lab, apart from this machine",
  builder: withJson,
  handler: async ({ json }) => {
    if (!insideLab()) process.exitCode = await reenter([process.execPath, ...process.argv.slice(1)])
    else process.exitCode = (await perform(openScreen(), json)).every(finding => finding.asExpected) ? 0 : 1
  },
}

async function perform(screen: Screen, json: boolean): Promise<readonly Finding[]> {
  const stage = json ? { ...screen, print: () => undefined } : screen
  stage.print(opening(screen))
  const lab = await buildLab({ links: [{ name: "isp1" }, { name: "isp2" }] })
  try {
    const findings = await play(lab, stage)
    screen.print(json ? JSON.stringify(findings) : `\n${summary(screen, findings)}\n\n${closing(screen, findings)}`)
    return findings
  } finally {
    await lab.dispose()
  }
}

function opening({ colors }: Screen): string {
  return `${colors.bold("evenkeel demo")}: a router with two uplinks, in private network namespaces. Real iptables, the real agent.

                                ┌─ eth0 ─ isp1, weight 70 ─┐
  client ── lan0 ─ the router ──┤                          ├── the internet
                                └─ eth1 ─ isp2, weight 30 ─┘

The client opens 50 connections a second and keeps 20 long ones. Each line is one second of new flows:
${colors.green("█")} over isp1, ${colors.cyan("▒")} over isp2. The whole takes about 40 s.`
}

function closing({ colors }: Screen, findings: readonly Finding[]): string {
  const worstMs = Math.max(...findings.map(finding => finding.outageMs))
  const verdict = findings.every(finding => finding.asExpected)
    ? colors.green("All as it should be.")
    : colors.red("Something did not go as it should: see ✘ above.")
  return `${verdict} The longest time in which new connections had to wait: ${Math.round(worstMs)} ms.
"broken" counts long connections that broke on links that were healthy; nothing of this lab is left behind.`
}
