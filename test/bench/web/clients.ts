/**
 * Clients of one router's page, in a process of their own: half of them listen to the stream, half ask every second for
 * status, history, events, metrics and a reason by turns. Arguments: port, number. Prints `ready` once all are served, and
 * when it is told to end, what they were served.
 */
import { argv, exit } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { ask, listen } from "../../web/support/client.ts"

const [port = 0, count = 0] = argv.slice(2).map(Number)
const PATHS = ["/api/v1/status", "/api/v1/history", "/api/v1/events?limit=100", "/metrics", "/api/v1/explain/isp1"]
const ASK_MS = 1_000

let [answers, failures, messages] = [0, 0, 0]

async function asking(place: number): Promise<never> {
  await sleep((place / count) * ASK_MS)
  for (let turn = place; ; turn++) {
    const answer = await ask(port, { path: PATHS[turn % PATHS.length] ?? "/" }).catch(() => null)
    if (answer?.status === 200) answers += 1
    else failures += 1
    await sleep(ASK_MS)
  }
}

async function listening(): Promise<void> {
  const stream = await listen(port)
  stream.onEvent(() => (messages += 1))
  stream.response.on("close", () => (failures += 1))
  await stream.next("status")
}

for (let place = 0; place < count / 2; place++) void asking(place)
await Promise.all(Array.from({ length: count / 2 }, listening))
process.stdout.write("ready\n")
process.on("SIGTERM", () => {
  process.stdout.write(`${JSON.stringify({ answers, failures, messages })}\n`)
  exit()
})
