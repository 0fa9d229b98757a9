import type { GivenFlow } from "../../core/debug/new-flow.ts"
import { clock, type Paint } from "../format.ts"

const PROTOCOL_WIDTH = 4

/** `2026-01-31 12:00:01  isp1  tcp   10.0.0.50:43210 → 1.2.3.4:443, as 192.168.1.2` */
export function flowLine(
  { link, protocol, from, to, fromPort, toPort, repliesTo }: GivenFlow,
  time: string,
  paint: Paint,
): string {
  const way = `${endpoint(from, fromPort)} → ${endpoint(to, toPort)}`
  const translated = repliesTo === from ? "" : paint.dim(`, as ${repliesTo}`)
  return `${paint.dim(clock(time))}  ${paint.bold(link)}  ${protocol.padEnd(PROTOCOL_WIDTH)}  ${way}${translated}`
}

export function endpoint(address: string, port: number | null): string {
  if (port === null) return address
  return `${address.includes(":") ? `[${address}]` : address}:${port}`
}
