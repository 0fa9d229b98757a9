import { execPath } from "node:process"
import { map, type Observable } from "rxjs"
import type { Lab } from "../../../src/lab/lab.ts"
import { until } from "./rules.ts"
import type { Answer, Asked, StreamEvent } from "../../web/support/client.ts"

export const WEB = { port: 9477, token: "correct horse battery staple" } as const

/** `web` of a lab's configuration. */
export const webConfig = { listen: `127.0.0.1:${WEB.port}`, token: WEB.token } as const

const BROWSE = new URL("../../../dist/test/lab/support/browse.js", import.meta.url).pathname

/** One request, from the router itself. */
export async function browse(lab: Lab, asked: Asked): Promise<Answer> {
  const { stdout } = await lab.exec("rtr", execPath, [BROWSE, "ask", String(WEB.port), JSON.stringify(asked)])
  return JSON.parse(stdout) as Answer
}

/** The page may be a moment later than the rules. */
export function untilServed(lab: Lab): Promise<number> {
  return until(async () => (await browse(lab, { path: "/healthz" }).catch(() => null))?.status === 200, 10_000)
}

/** What the router's page is told, from the first message on. */
export async function watch(lab: Lab): Promise<Observable<StreamEvent>> {
  const child = await lab.spawn("rtr", execPath, [BROWSE, "listen", String(WEB.port)])
  return child.lines$.pipe(map(line => JSON.parse(line) as StreamEvent))
}
