import type { CommandModule } from "yargs"
import type { Order } from "../core/orders.ts"
import { giveOrder } from "./ask.ts"
import { BadUsage } from "./failure.ts"
import { clock, openScreen } from "./format.ts"
import { knownLink } from "./known-link.ts"
import { untilOf, withFor, type LastingOptions } from "./lasting.ts"
import { readConfigWithoutSets, type Options } from "./options.ts"

interface WeightOptions extends Options, LastingOptions {
  readonly link: string | undefined
  readonly n: string | undefined
}

export const weight: CommandModule<Options, WeightOptions> = {
  command: "weight [link] [n]",
  describe: "give a link another weight: a number, or `default`",
  builder: yargs =>
    withFor(yargs)
      .positional("link", { type: "string", describe: "name of the link" })
      .positional("n", { type: "string", describe: "0 to 10000, or default: the configured one" }),
  handler: async ({ config: file, link: name, n: wanted, for: duration }) => {
    const config = await readConfigWithoutSets(file)
    const link = knownLink(config, name)
    const until = untilOf(duration, Date.now())
    const order = orderOf(link.name, wanted, until)
    const trouble = await giveOrder(config, order)
    const end = order.do === "clear" || until === null ? "" : ` until ${clock(until)}`
    const value = order.do === "clear" ? `its configured weight, ${link.weight}` : `weight ${wanted ?? ""}`
    openScreen().print(`${link.name} has ${value}${end}${trouble}.`)
  },
}

const MOST = 10_000

function orderOf(link: string, wanted: string | undefined, until: string | null): Order {
  if (wanted === "default") return { do: "clear", kind: "weight", link }
  const weight = /^\d{1,5}$/.test(wanted ?? "") ? Number(wanted) : Infinity
  if (weight <= MOST) return { do: "set", override: { kind: "weight", link, weight, until } }
  throw new BadUsage(`expected a weight from 0 to ${MOST}, or default: evenkeel weight ${link} 50`)
}
