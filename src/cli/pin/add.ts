import type { CommandModule } from "yargs"
import { loadProtocols } from "../../config/load.ts"
import { readPin } from "../../config/pin.ts"
import type { Config } from "../../core/config.ts"
import type { AskedPin } from "../../core/pins.ts"
import { giveOrder } from "../ask.ts"
import { BadUsage } from "../failure.ts"
import { openScreen } from "../format.ts"
import { knownLink } from "../known-link.ts"
import { untilOf, withFor, type LastingOptions } from "../lasting.ts"
import { readAsTheAgent, type Options } from "../options.ts"
import { matchText, untilText, withoutIpv6, WITHOUT_LINKS } from "../pin-text.ts"
import { asksNothing, matchOf, withMatch, type MatchOptions } from "./match.ts"

interface AddOptions extends Options, LastingOptions, MatchOptions {
  readonly what: string | undefined
  readonly link: string | undefined
  readonly "if-down": AskedPin["ifDown"]
}

const IF_DOWN = ["next", "balance", "block"] as const

export const add: CommandModule<Options, AddOptions> = {
  command: "add [what] [link]",
  describe: "pin add 10.0.0.50 isp1 --for 2h: its new flows over that link",
  builder: yargs =>
    withMatch(withFor(yargs))
      .positional("what", { type: "string", describe: "a source, ports (:443, tcp:80,443) or the name of a set" })
      .positional("link", { type: "string", describe: "name of the link; in order of preference: isp1,isp2" })
      .option("if-down", {
        choices: IF_DOWN,
        requiresArg: true,
        default: "next" as const,
        describe: "with none of its links in service: as if not pinned, balanced, or refused",
      }),
  handler: async options => {
    const config = await readAsTheAgent(options.config)
    const pin = pinOf(options, config)
    const read = readPin(pin, config, await loadProtocols())
    if (!read.ok) throw new BadUsage(read.problems.join("\n"))
    const said = await giveOrder(config, { do: "pin", pin })
    const [name = said] = said.split(";")
    openScreen().print(
      `${said}: new flows ${matchText(pin)} go over ${pin.use.join(", else ")}${untilText(pin.until)}; while that is down: ${WITHOUT_LINKS[pin.ifDown]}.\n` +
        `${withoutIpv6(pin, read.policy, config)}Open connections stay where they are. Take it back: evenkeel pin remove ${name}`,
    )
  },
}

/** With options that say what, the link may stand alone: `pin add isp1 --from 10.0.0.0/24 --dscp ef`. */
function pinOf(options: AddOptions, config: Config): AskedPin {
  const { what: first, link: second, for: duration, "if-down": ifDown } = options
  const [what, names] = second === undefined && !asksNothing(options) ? [undefined, first] : [first, second]
  if (what === undefined && asksNothing(options))
    throw new BadUsage("say what goes over which link: evenkeel pin add 10.0.0.50 isp1")
  const use = (names?.split(",") ?? [undefined]).map(name => knownLink(config, name).name)
  return { match: matchOf(what, options, config.sets), use, ifDown, until: untilOf(duration, Date.now()) }
}
