import type { Named } from "../../core/debug/words.ts"
import { columns, type Paint } from "../format.ts"
import type { Outcome } from "./outcome.ts"
import { markText } from "./stage-text.ts"

/** The end of a trace for people. */
export function outcomeText({ packet, route, source }: Outcome, links: readonly Named[], paint: Paint): string {
  const { outBy, mark, from } = packet
  const end =
    outBy === null
      ? paint.yellow(
          "No rule saw it leave: it was dropped, it was for the router itself, or there is no rule behind routing.",
        )
      : paint.green(`It left by ${outBy} with ${mark === 0 ? "no mark" : `the ${markText(mark, links)}`}.`)
  const translated =
    source === null ? "the flow is not tracked" : source === from ? `not translated` : `becomes ${source}`
  return [
    "",
    end,
    columns([
      ["  route", route ?? "none"],
      ["  source", translated],
    ]),
  ].join("\n")
}
