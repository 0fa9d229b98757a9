import type { CommandModule } from "yargs"
import { Failure } from "./failure.ts"
import { openScreen } from "./format.ts"
import { carryOut } from "./install/carry-out.ts"
import { lookAround, refusePackaged, refuseWithoutSystemd, whatIsShipped } from "./install/look.ts"
import { CONFIG, UNIT } from "./install/places.ts"
import { hiddenPlace, installSteps, MARK } from "./install/plan.ts"
import type { Options } from "./options.ts"

interface InstallOptions extends Options {
  readonly "dry-run": boolean
}

export const install: CommandModule<Options, InstallOptions> = {
  command: "install",
  describe: "the systemd service, from this folder: user, unit, directories",
  builder: yargs =>
    yargs.option("dry-run", { type: "boolean", default: false, describe: "say what would be done, and do nothing" }),
  handler: async ({ "dry-run": dryRun }) => {
    refusePackaged("systemctl enable --now evenkeel")
    if (!dryRun) refuseWithoutSystemd()
    const [found, shipped] = [await lookAround(), whatIsShipped()]
    refuseForeign(found.unit)
    refuseHidden(shipped.command)
    const screen = openScreen()
    await carryOut(installSteps(found, shipped), dryRun, screen)
    if (!dryRun) screen.print(nextSteps(found.hasConfig, found.unit !== null))
  },
}

function refuseForeign(unit: string | null): void {
  if (unit === null || unit.startsWith(MARK)) return
  throw new Failure(`${UNIT} is none that evenkeel wrote, and is left as it is: move it away first`)
}

/** @throws Failure */
function refuseHidden(paths: readonly string[]): void {
  const hidden = hiddenPlace(paths)
  if (hidden === null) return
  throw new Failure(
    `${hidden} is hidden from the service (ProtectHome, PrivateTmp): move the program, and Node, to /opt for instance, and install it from there`,
  )
}

function nextSteps(hasConfig: boolean, isUpgrade: boolean): string {
  const first = hasConfig ? [] : [`cp ${CONFIG}.example ${CONFIG}   # then make it this router's own`]
  const start = isUpgrade ? "systemctl restart evenkeel" : "systemctl enable --now evenkeel"
  return ["", "Next:", ...[...first, "evenkeel check && evenkeel doctor", start].map(line => `  ${line}`)].join("\n")
}
