import { chooseBackend, type BackendChoice, type Candidate } from "./choose-backend.ts"
import type { Backend } from "./iptables.ts"
import { RunError } from "./run-error.ts"
import { run } from "./run.ts"

/**
 * Finds the back end that this router uses, by its IPv4 rules; one router uses the same for both families. Reads only: `iptables-legacy-save` without `-t` looks at tables that exist,
 * where `iptables-legacy -L` would create them.
 * @throws Error when no back end works.
 */
export async function detectBackend(): Promise<BackendChoice> {
  return (await surveyBackends()).choice
}

/** The same, with what every back end answered. */
export async function surveyBackends(): Promise<{ choice: BackendChoice; candidates: readonly Candidate[] }> {
  const plain = await plainName()
  const asked = await Promise.all([candidate("nft", plain), candidate("legacy", plain)])
  const candidates = asked.filter(found => found !== null)
  return { choice: chooseBackend(candidates, plain), candidates }
}

/** What `iptables` itself is: `iptables v1.8.9 (nf_tables)`, `(legacy)`, and legacy where it says neither (before 1.8). */
async function plainName(): Promise<Backend["name"] | null> {
  try {
    return (await run("iptables", ["--version"])).stdout.includes("(nf_tables)") ? "nft" : "legacy"
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Some systems ship only the plain names. */
async function candidate(name: Backend["name"], plain: Backend["name"] | null): Promise<Candidate | null> {
  const named = await ask({ name, family: 4, save: `iptables-${name}-save`, restore: `iptables-${name}-restore` })
  if (named !== null || name !== plain) return named
  return ask({ name, family: 4, save: "iptables-save", restore: "iptables-restore" })
}

async function ask(backend: Backend): Promise<Candidate | null> {
  try {
    return { backend, text: (await run(backend.save, [])).stdout, refusal: null }
  } catch (error) {
    if (isMissing(error)) return null
    if (error instanceof RunError) return { backend, text: "", refusal: error.message }
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof RunError && error.code === "ENOENT"
}
