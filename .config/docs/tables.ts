import type { Node } from "./json-schema.ts"

/** A mapping of the configuration, with its keys. */
export interface Table {
  /** `health.damping`; the document itself: "". */
  readonly path: string
  readonly node: Node
}

/** The mappings at the top, and every one below whose keys are described. One that stands in several places is listed once. */
export function tablesIn(root: Node): readonly Table[] {
  const found: Table[] = []
  const waiting: Table[] = [{ path: "", node: root }]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (found.some(({ node }) => isSame(node, next.node))) continue
    found.push(next)
    waiting.push(...within(next))
  }
  return inOrder(found)
}

/** The mapping that a key leads to, by way of lists, alternatives and names that users choose. */
function mappingIn(node: Node | undefined): Node | null {
  if (node === undefined) return null
  if (node.properties !== undefined) return node
  const ways = [node.items, node.additionalProperties, ...(node.anyOf ?? [])]
  return ways.map(way => (typeof way === "object" ? mappingIn(way as Node) : null)).find(way => way !== null) ?? null
}

export function keysOf({ properties = {} }: Node): readonly (readonly [string, Node])[] {
  return Object.entries(properties) as [string, Node][]
}

/** Where `node` is explained, wherever it stands. */
export function tableOf(node: Node, tables: readonly Table[]): Table | null {
  const mapping = mappingIn(node)
  return mapping === null ? null : (tables.find(table => isSame(table.node, mapping)) ?? null)
}

function within({ path, node }: Table): readonly Table[] {
  return keysOf(node).flatMap(([key, value]) => {
    const mapping = mappingIn(value)
    if (mapping === null || (path !== "" && !isDescribed(mapping))) return []
    return [{ path: path === "" ? key : `${path}.${key}`, node: mapping }]
  })
}

/** Each below the one that it belongs to. */
function inOrder(tables: readonly Table[], above = ""): readonly Table[] {
  const parentOf = (path: string) => path.split(".").slice(0, -1).join(".")
  const here = tables.filter(({ path }) => path !== "" && parentOf(path) === above)
  const top = above === "" ? tables.filter(({ path }) => path === "") : []
  return [...top, ...here.flatMap(table => [table, ...inOrder(tables, table.path)])]
}

function isDescribed(node: Node): boolean {
  return keysOf(node).some(([, { description }]) => description !== undefined)
}

function isSame(a: Node, b: Node): boolean {
  return JSON.stringify(a.properties) === JSON.stringify(b.properties)
}
