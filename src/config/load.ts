import type { Config } from "../core/config.ts"
import type { Host } from "./parse.ts"
import { parseYaml } from "./parse.ts"
import type { Problem } from "./problems.ts"
import { protocolNames, type ProtocolNames } from "./protocol-names.ts"
import { readSetFile } from "./read-set-file.ts"
import { readText } from "./read-text.ts"
import { DEFAULT_STATE_DIR, document } from "./schema.ts"
import { setFilesIn, type SetFiles } from "./set-files.ts"
import { readYaml, type Yaml } from "./yaml.ts"

const KIB = 1024

const CONFIGURATION = { what: "a configuration", mostBytes: 256 * KIB, remedy: "name it with --config" }
const PROTOCOLS = { what: "protocols(5)", mostBytes: 256 * KIB, remedy: "do without" }

/** A configuration, and the text that it was read from. */
export interface Loaded {
  readonly config: Config
  readonly text: string
}

export type LoadResult =
  | ({ readonly ok: true; readonly lacking: readonly Problem[] } & Loaded)
  | { readonly ok: false; readonly problems: readonly Problem[] }

type Circumstances = Pick<Host, "hostname" | "environment" | "isFrugal">

/**
 * Reads and parses the configuration at `file`, and what it names. Anything that keeps one of them from being read is a
 * problem like any other. `withSets: false`: files of networks are not read, since there may be hundreds of thousands.
 */
export async function loadConfig(file: string, host: Circumstances, what = { withSets: true }): Promise<LoadResult> {
  const read = await readText(file, CONFIGURATION)
  if (!read.ok) return { ok: false, problems: [{ path: "file", message: read.why }] }
  return loadText(read.text, host, what)
}

/** The same for a text that was read before. */
export async function loadText(
  text: string,
  host: Circumstances,
  { withSets } = { withSets: true },
): Promise<LoadResult> {
  const yaml = readYaml(text)
  const setFiles = withSets ? await readSetFiles(yaml) : null
  const result = parseYaml(yaml, { ...host, setFiles, protocols: await loadProtocols() })
  return result.ok ? { ...result, text } : result
}

/** The state directory of a configuration that may be wrong in everything else; the usual one, where it names none. */
export async function loadStateDir(file: string): Promise<string> {
  const read = await readText(file, CONFIGURATION)
  const named = document.shape.stateDir.safeParse(read.ok ? stateDirIn(read.text) : undefined)
  return named.data ?? DEFAULT_STATE_DIR
}

/** Of a text that is no YAML, by the look of its lines. */
function stateDirIn(text: string): unknown {
  const yaml = readYaml(text)
  return yaml.ok ? yaml.mapping["stateDir"] : /^stateDir:[ \t]*["']?([^"'\s]+)/m.exec(text)?.[1]
}

async function readSetFiles(yaml: Yaml): Promise<SetFiles> {
  const files = yaml.ok ? setFilesIn(yaml.mapping) : []
  const read = files.map(async path => [path, await readSetFile(path)] as const)
  return new Map(await Promise.all(read))
}

/** Small systems have no such file, and then iptables knows no names either. */
export async function loadProtocols(): Promise<ProtocolNames> {
  const read = await readText("/etc/protocols", PROTOCOLS)
  return protocolNames(read.ok ? read.text : "")
}
