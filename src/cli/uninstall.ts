import { existsSync } from "node:fs"
import { join } from "node:path"
import type { CommandModule } from "yargs"
import { Failure } from "./failure.ts"
import { openScreen } from "./format.ts"
import { carryOut } from "./install/carry-out.ts"
import { lookAround, refusePackaged, refuseWithoutSystemd } from "./install/look.ts"
import { CONFIG_DIR, STATE_DIR } from "./install/places.ts"
import { uninstallSteps } from "./install/plan.ts"
import type { Options } from "./options.ts"

interface UninstallOptions extends Options {
  readonly purge: boolean
  readonly "dry-run": boolean
}

export const uninstall: CommandModule<Options, UninstallOptions> = {
  command: "uninstall",
  describe: "take away what install has set up; the rules go on working",
  builder: yargs =>
    yargs
      .option("purge", { type: "boolean", default: false, describe: "configuration, state and user, too" })
      .option("dry-run", { type: "boolean", default: false, describe: "say what would be done, and do nothing" }),
  handler: async ({ purge, "dry-run": dryRun }) => {
    refusePackaged("apt-get remove evenkeel")
    if (!dryRun) refuseWithoutSystemd()
    if (purge) refuseToForget()
    const screen = openScreen()
    await carryOut(uninstallSteps(await lookAround(), purge), dryRun, screen)
    if (!dryRun) screen.print(purge ? "Done." : whatStays)
  },
}

const whatStays = `Done. ${CONFIG_DIR} and ${STATE_DIR} stay, and so do the rules: nobody watches the links now.
To be rid of the rules: evenkeel teardown`

/** @throws Failure: `teardown` puts back what was there before evenkeel, which is kept with the state. */
function refuseToForget(): void {
  if (!existsSync(join(STATE_DIR, "before"))) return
  throw new Failure(
    `the rules are still set up, and ${STATE_DIR} has what they replaced: systemctl stop evenkeel, evenkeel teardown, and then this again`,
  )
}
