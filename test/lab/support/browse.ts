import { ask, listen, type Asked } from "../../web/support/client.ts"

/** A process of its own, to be run in a router's namespace: one request, or what a stream tells, a line each. */
const [mode, port, asked] = process.argv.slice(2)
const print = (value: unknown) => void process.stdout.write(`${JSON.stringify(value)}\n`)

if (mode === "ask") print(await ask(Number(port), JSON.parse(asked ?? "") as Asked))
else (await listen(Number(port))).onEvent(print)
