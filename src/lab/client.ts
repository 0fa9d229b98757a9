import { parseArgs } from "node:util"
import { bulk } from "./traffic/bulk.ts"
import { connects, flows } from "./traffic/connects.ts"
import { hold } from "./traffic/hold.ts"
import { udpFlows, udpStream, type Sender } from "./traffic/udp.ts"

/**
 * A user of the network. `client.js MODE [--option value…]`, reports as JSON lines on standard output; without a count or
 * a time it goes on until it is ended. `--from ADDRESS[,ADDRESS…]`: `connects` and `hold` take these source addresses in turn.
 *
 * - `connects --rate N [--timeout MS] [--seconds S]`: an `Attempt` for each connection.
 * - `flows --count N [--parallel N] [--timeout MS]`: one `Tally`.
 * - `hold --count N [--every MS] [--stall MS] [--timeout MS]`: `HoldEvent`s.
 * - `users`: `connects` and `hold` at once.
 * - `download|upload --count N`: a `HoldEvent` for each transfer that breaks.
 * - `udp-stream --packets N --every MS [--label NAME]`: one flow, one `Sent`.
 * - `udp-flows --rate N --seconds S [--label NAME]`: a flow for each packet, one `Sent`.
 * - `udp-mix --senders JSON --rate N --count N`: so many of such flows of each `Sender`, one `Sent`.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: "string", default: "1.1.1.1" },
    port: { type: "string", default: "9000" },
    from: { type: "string" },
    label: { type: "string", default: "udp" },
    senders: { type: "string", default: "[]" },
    rate: { type: "string", default: "50" },
    seconds: { type: "string", default: "Infinity" },
    count: { type: "string", default: "40" },
    parallel: { type: "string", default: "50" },
    packets: { type: "string", default: "200" },
    every: { type: "string", default: "100" },
    stall: { type: "string", default: "1000" },
    timeout: { type: "string", default: "2000" },
  },
})

const number = (name: Exclude<keyof typeof values, "server" | "from" | "label" | "senders">) => Number(values[name])
const sources = values.from?.split(",") ?? []
const serverInTurn = (turn: number) => ({
  address: values.server,
  port: number("port"),
  from: sources[turn % sources.length],
})
const server = serverInTurn(0)
const sender = { ...server, label: values.label }
const atRate = { perSecond: number("rate"), count: number("rate") * number("seconds") }
const timeoutMs = number("timeout")

const openAll = () => connects(serverInTurn, atRate, timeoutMs)
const holdAll = () =>
  hold(serverInTurn, { count: number("count"), everyMs: number("every"), stallMs: number("stall"), timeoutMs })

const modes: Readonly<Record<string, () => Promise<unknown>>> = {
  connects: openAll,
  flows: () => flows(server, number("count"), number("parallel"), timeoutMs),
  hold: holdAll,
  users: () => Promise.all([openAll(), holdAll()]),
  download: () => bulk(server, "download", number("count")),
  upload: () => bulk(server, "upload", number("count")),
  "udp-stream": () => udpStream(sender, { perSecond: 1000 / number("every"), count: number("packets") }),
  "udp-flows": () => udpFlows([sender], atRate),
  "udp-mix": () =>
    udpFlows(JSON.parse(values.senders) as readonly Sender[], { perSecond: number("rate"), count: number("count") }),
}

const mode = modes[positionals[0] ?? ""]
if (mode === undefined) throw new Error(`usage: client.js ${Object.keys(modes).join("|")} [--option value…]`)
await mode()
