import { stringify } from "yaml"
import { jsonSchema, type Node } from "./json-schema.ts"
import { keysOf, tableOf, tablesIn, type Table } from "./tables.ts"

const INTRODUCTION = `<!-- Made by \`npm run docs\` from src/config; what is changed here is lost. -->

# Configuration

\`/etc/evenkeel/evenkeel.yaml\`, or what \`--config\` names: YAML 1.2, of which JSON is a part. Only \`lan\`, \`links\` and \`probes\`
are needed. Unknown keys are errors, and \`evenkeel check\` names every problem at once, with its place.

\`\`\`yaml
lan: [eth2]
links:
  - { name: isp1, interface: eth0, mark: 1, weight: 70 }
  - { name: isp2, interface: eth1, mark: 2, weight: 30 }
probes:
  - icmp: 1.1.1.1
  - icmp: 9.9.9.9
  - tcp: 8.8.8.8:53
\`\`\`

- **Durations** are a whole number and a unit: \`250ms\`, \`1s\`, \`5m\`, \`2h\`. **Parts** are percentages: \`20%\`.
- **Secrets** may be \`"\${NAME}"\`: then they come from the environment, of the service too (\`EnvironmentFile=\`).
- **Reading it again:** \`SIGHUP\` (\`systemctl reload evenkeel\`). A file with problems is refused as a whole, and the old
  configuration stays. \`router\`, \`site\`, marks, \`markMask\` and paths need a restart.
- **Editors** that speak to yaml-language-server complete and check it by [evenkeel.schema.json](evenkeel.schema.json) with this as the first
  line: \`# yaml-language-server: $schema=/opt/evenkeel/docs/evenkeel.schema.json\`. What keys allow only together, \`check\` knows.

Whole files for common cases are in [recipes.md](recipes.md), and what settings mean to users in [what-happens-when.md](what-happens-when.md).`

/** docs/configuration.md: every key of every mapping. */
export function reference(): string {
  const tables = tablesIn(jsonSchema())
  return [INTRODUCTION, ...tables.map(table => section(table, tables))].join("\n\n")
}

function section(table: Table, tables: readonly Table[]): string {
  const rows = keysOf(table.node).map(([key, node]) => row(key, node, table, tables))
  return [heading(table.path), "", "| key | allowed | default | what |", "|---|---|---|---|", ...rows].join("\n")
}

function heading(path: string): string {
  if (path === "") return "## Top level"
  return `${"#".repeat(Math.min(4, path.split(".").length + 1))} ${path}`
}

function row(key: string, node: Node, { node: parent }: Table, tables: readonly Table[]): string {
  const isRequired = parent.required?.includes(key) === true
  const cells = [code(key), allowed(node), isRequired ? "required" : otherwise(node), what(node, tables)]
  return `| ${cells.map(cell => cell.replaceAll("|", "\\|")).join(" | ")} |`
}

function allowed({ title, properties }: Node): string {
  return title ?? (properties === undefined ? "" : "a mapping")
}

function otherwise({ byDefault, default: value, properties }: Node): string {
  if (byDefault !== undefined) return byDefault
  if (value === undefined) return "none"
  if (typeof value === "object") return properties === undefined ? "none" : "as below"
  return code(inline(value))
}

function what(node: Node, tables: readonly Table[]): string {
  const table = tableOf(node, tables)
  const see = table === null ? "" : `; see [${table.path}](#${anchor(table.path)})`
  const example = node.example === undefined ? "" : `; such as ${code(inline(node.example))}`
  return `${node.description ?? ""}${example}${see}`
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(".", "")
}

function code(text: string): string {
  return `\`${text}\``
}

function inline(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim().replaceAll("[ ", "[").replaceAll(" ]", "]")
}
