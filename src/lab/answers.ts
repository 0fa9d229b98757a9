import { once } from "node:events"
import { createServer } from "node:net"
import { probeName, type ProbeSpec } from "../core/probe-spec.ts"

/** Kinds of probes that a lab answers. */
export type LabProbe = Extract<ProbeSpec, { readonly kind: "icmp" | "tcp" }>

/** How the internet of a lab answers one kind of probe. */
interface Answer<Spec> {
  /** That has to exist there. */
  readonly address: (spec: Spec) => string
  /** Has to run there; resolves when it answers. Null: the kernel answers by itself. */
  readonly serve: ((spec: Spec) => Promise<unknown>) | null
}

const answers: { readonly [K in LabProbe["kind"]]: Answer<Extract<LabProbe, { readonly kind: K }>> } = {
  icmp: { address: spec => spec.address, serve: null },
  tcp: { address: spec => spec.address, serve: ({ address, port }) => listen(address, port) },
}

function answerOf(spec: LabProbe): Answer<LabProbe> {
  // The table's type ties each kind to its own spec; TypeScript cannot carry that tie through one lookup.
  return answers[spec.kind] as Answer<LabProbe>
}

/** Addresses that must exist on the lab's internet for these probes, each once. */
export function addressesOf(specs: readonly LabProbe[]): readonly string[] {
  return [...new Set(specs.map(spec => answerOf(spec).address(spec)))]
}

/** Answers all of these probes for as long as this process runs. Resolves when it does. */
export async function answerAll(specs: readonly LabProbe[]): Promise<void> {
  const distinct = new Map(specs.map(spec => [probeName(spec), spec]))
  for (const spec of distinct.values()) await answerOf(spec).serve?.(spec)
}

async function listen(host: string, port: number): Promise<void> {
  const server = createServer(socket => socket.on("error", () => undefined).end())
  await once(server.listen({ host, port }), "listening").catch(ignoreTaken)
}

/** The lab's own server is on that port already, and answers as well. */
function ignoreTaken(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error
}
