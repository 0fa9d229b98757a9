import type { CommandModule } from "yargs"
import type { Config } from "../core/config.ts"
import type { LinkOverride } from "../core/overrides.ts"
import { giveOrder } from "./ask.ts"
import { Failure } from "./failure.ts"
import { clock, openScreen } from "./format.ts"
import { knownLink } from "./known-link.ts"
import { untilOf, withFor, type LastingOptions } from "./lasting.ts"
import { readConfigWithoutSets, type Options } from "./options.ts"

interface DrainOptions extends Options, LastingOptions {
  readonly link: string | undefined
  readonly force: boolean
}

export const drain: CommandModule<Options, DrainOptions> = {
  command: "drain [link]",
  describe: "give a link no new flows, for maintenance",
  builder: yargs =>
    withFor(yargs)
      .positional("link", { type: "string", describe: "name of the link" })
      .option("force", { type: "boolean", default: false, describe: "also when no other link can carry" }),
  handler: async ({ config: file, link: name, for: duration, force }) => {
    const config = await readConfigWithoutSets(file)
    const { name: link } = knownLink(config, name)
    const until = untilOf(duration, Date.now())
    const trouble = await drained(config, { kind: "drain", link, until, force })
    const rest = force ? "whatever becomes of the others" : "unless no other link can carry them"
    openScreen().print(
      `${link} gets no new flows${until === null ? "" : ` until ${clock(until)}`}, ${rest}${trouble}.\n` +
        `Its connections stay: evenkeel flows shows when they have ended. Take it back: evenkeel undrain ${link}`,
    )
  },
}

/** The agent's own words know nothing of options. */
async function drained(config: Config, override: LinkOverride): Promise<string> {
  try {
    return await giveOrder(config, { do: "set", override })
  } catch (error) {
    if (error instanceof Failure && error.message.includes("is the last one"))
      throw new Failure(`${error.message}. Drain it all the same: evenkeel drain ${override.link} --force`)
    throw error
  }
}

interface LinkOptions extends Options {
  readonly link: string | undefined
}

export const undrain: CommandModule<Options, LinkOptions> = {
  command: "undrain [link]",
  describe: "give a drained link new flows again",
  builder: yargs => yargs.positional("link", { type: "string", describe: "name of the link" }),
  handler: async ({ config: file, link: name }) => {
    const config = await readConfigWithoutSets(file)
    const { name: link } = knownLink(config, name)
    const trouble = await giveOrder(config, { do: "clear", kind: "drain", link })
    openScreen().print(`${link} gets new flows again${trouble}.`)
  },
}
