import type { CommandModule } from "yargs"
import { diagnose } from "../core/diagnose.ts"
import { checkUp } from "./checkup.ts"
import { doctorText } from "./doctor-text.ts"
import { openScreen } from "./format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"

export const doctor: CommandModule<Options, PrintOptions> = {
  command: "doctor",
  describe: "what is wrong with this router, and what mends it",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const findings = diagnose(await checkUp(await readConfig(file)))
    const isSound = findings.every(finding => finding.level !== "problem")
    const { print, colors, width } = openScreen()
    print(json ? JSON.stringify({ ok: isSound, findings }) : doctorText(findings, colors, width))
    if (!isSound) process.exitCode = 1
  },
}
