import type { CommandModule } from "yargs"
import { listed, type Override } from "../../core/overrides.ts"
import type { Config } from "../../core/config.ts"
import { readableOverrides } from "../../journal/overrides-file.ts"
import { askStatus } from "../ask.ts"
import { clock, columns, openScreen, type Paint } from "../format.ts"
import { readConfigWithoutSets, withJson, type Options, type PrintOptions } from "../options.ts"
import { matchText, WITHOUT_LINKS } from "../pin-text.ts"

type Pinned = Extract<Override, { kind: "pin" }>

/** Exit code 1 without an agent: what is printed then is what one would begin with. */
export const list: CommandModule<Options, PrintOptions> = {
  command: "list",
  describe: "what is pinned, the first that matches first",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfigWithoutSets(file)
    const status = await askStatus(config)
    const pins = pinsAmong(status?.overrides ?? (await overridesAtRest(config)))
    const screen = openScreen()
    screen.print(json ? JSON.stringify(pins) : tableOf(pins, screen.colors))
    if (status !== null) return
    screen.warn("No agent runs, so these do not hold yet: systemctl start evenkeel, or: evenkeel run")
    process.exitCode = 1
  },
}

export function pinsAmong(overrides: readonly Override[]): readonly Pinned[] {
  return overrides.filter(override => override.kind === "pin")
}

async function overridesAtRest({ stateDir }: Config): Promise<readonly Override[]> {
  return listed(await readableOverrides(stateDir))
}

function tableOf(pins: readonly Pinned[], paint: Paint): string {
  if (pins.length === 0) return "Nothing is pinned. Pin a source to a link: evenkeel pin add 10.0.0.50 isp1 --for 2h"
  const rows = pins.map(pin => [
    pin.name,
    matchText(pin),
    pin.use.join(", else "),
    WITHOUT_LINKS[pin.ifDown],
    pin.until === null ? "taken back" : clock(pin.until),
  ])
  return columns([["PIN", "NEW FLOWS", "OVER", "ELSE", "UNTIL"].map(paint.dim), ...rows])
}
