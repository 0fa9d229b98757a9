import type { Host, ParseResult } from "./parse.ts"
import { parseYaml } from "./parse.ts"
import { protocolNames, type ProtocolNames } from "./protocol-names.ts"
import { readSetFile } from "./read-set-file.ts"
import { readText } from "./read-text.ts"
import { DEFAULT_STATE_DIR, document } from "./schema.ts"
import { setFilesIn, type SetFiles } from "./set-files.ts"
import { readYaml, type Yaml } from "./yaml.ts"

const KIB = 1024

const CONFIGURATION = { what: "a configuration", mostBytes: 256 * KIB, remedy: "name it with --config" }
const PROTOCOLS = { what: "protocols(5)", mostBytes: 256 * KIB, remedy: "do without" }

/**
 * Reads and parses the configuration at `file`, and what it names. Anything that keeps one of them from being read is a
 * problem like any other. `withSets: false`: files of networks are not read, since there may be hundreds of thousands.
 */
export async function loadConfig(
  file: string,
  host: Pick<Host, "hostname" | "environment">,
  { withSets } = { withSets: true },
): Promise<ParseResult> {
  const read = await readText(file, CONFIGURATION)
  if (!read.ok) return { ok: false, problems: [{ path: "file", message: read.why }] }
  const yaml = readYaml(read.text)
  const setFiles = withSets ? await readSetFiles(yaml) : null
  return parseYaml(yaml, { ...host, setFiles, protocols: await loadProtocols() })
}

/** The state directory of a configuration that may be wrong in everything else; the usual one, where it names none. */
export async function loadStateDir(file: string): Promise<string> {
  const read = await readText(file, CONFIGURATION)
  const yaml = read.ok ? readYaml(read.text) : null
  const named = document.shape.stateDir.safeParse(yaml?.ok === true ? yaml.mapping["stateDir"] : undefined)
  return named.data ?? DEFAULT_STATE_DIR
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
