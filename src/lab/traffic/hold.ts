import { setTimeout as sleep } from "node:timers/promises"
import { monotonicMs } from "../clock.ts"
import { codeOf, greet, type Greeted, type Server } from "./connect.ts"
import { print } from "./report.ts"

export interface HoldOptions {
  readonly count: number
  /** Between two messages of a flow. */
  readonly everyMs: number
  /** Without an echo for this long, a flow is reported as stalled. */
  readonly stallMs: number
  readonly timeoutMs: number
}

/** Keeps `count` flows open with a small message each `everyMs`; one that breaks connects again. Never ends by itself. */
export async function hold(server: (flow: number) => Server, options: HoldOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.count }, (_, flow) => keep(server(flow), flow, options)))
}

async function keep(server: Server, flow: number, options: HoldOptions): Promise<never> {
  for (;;) {
    try {
      const greeted = await greet(server, options.timeoutMs)
      print({ kind: "open", flow, atMs: monotonicMs(), via: greeted.via })
      await talk(greeted, flow, options)
    } catch (error) {
      print({ kind: "refused", flow, atMs: monotonicMs(), error: codeOf(error) })
    }
    await sleep(options.everyMs)
  }
}

/** Resolves when the connection has ended, having said so. */
function talk({ socket, via }: Greeted, flow: number, { everyMs, stallMs }: HoldOptions): Promise<void> {
  let lastEchoMs = monotonicMs()
  let stalled = false
  let error = "closed"
  const now = () => ({ flow, atMs: monotonicMs(), silentMs: monotonicMs() - lastEchoMs })
  const timer = setInterval(() => {
    socket.write(".")
    if (stalled || now().silentMs < stallMs) return
    stalled = true
    print({ kind: "stalled", ...now() })
  }, everyMs)
  socket.on("data", () => {
    if (stalled) print({ kind: "resumed", ...now() })
    stalled = false
    lastEchoMs = monotonicMs()
  })
  socket.on("error", cause => {
    error = codeOf(cause)
  })
  return new Promise(resolve => {
    socket.on("close", () => {
      clearInterval(timer)
      print({ kind: "broken", via, error, ...now() })
      resolve()
    })
  })
}
