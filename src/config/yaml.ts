import { Lexer, LineCounter, parseDocument, Parser } from "yaml"
import type { YAMLError } from "yaml"
import type { Problem } from "./problems.ts"
import { describe, printable } from "./problems.ts"

export type Mapping = Readonly<Record<string, unknown>>

export type Yaml =
  { readonly ok: true; readonly mapping: Mapping } | { readonly ok: false; readonly problems: Problem[] }

/** The one mapping that `text` is, as YAML 1.2 core schema. Never throws. */
export function readYaml(text: string): Yaml {
  if (nestsTooDeep(text))
    return refused(`values nest deeper than ${DEEPEST}, which no configuration does; look for stray brackets`)
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    stringKeys: true,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: "error",
  })
  const errors = [...document.errors, ...document.warnings]
  if (errors.length > 0) return { ok: false, problems: errors.map(error => syntaxProblem(error, lines)) }
  try {
    return onlyMapping(document.toJS({ maxAliasCount: MOST_ALIASES }))
  } catch (error) {
    // An alias without its anchor, or aliases that multiply ("billion laughs"): found only when they are followed.
    // What stands there may be a secret that begins with `*`, so it is not repeated.
    if (error instanceof ReferenceError) return refused(ALIASES)
    throw error
  }
}

const MOST_ALIASES = 100
const ALIASES =
  "an alias (`*name`) has no anchor (`&name`) before it, or there are too many; write the values out, and put one that begins with `*` in quotes"

const DEEPEST = 32

/**
 * The composer recurses for each level, and V8 ends the whole process when a regular expression is compiled on an
 * exhausted stack. The parser under it keeps its own stack, so depth can be told before composing.
 */
function nestsTooDeep(text: string): boolean {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme))
    if (parser.stack.length > DEEPEST) return true
  }
  return false
}

const PLAINLY: Partial<Record<YAMLError["code"], string>> = {
  DUPLICATE_KEY: "this key stands twice in the same mapping; keep one",
  MULTIPLE_DOCS: "found a second document, expected one; remove the `---` between them",
  TAB_AS_INDENT: "found a tab in the indentation, expected spaces",
  TAG_RESOLVE_FAILED: "found an unknown tag (`!…`), expected plain values; remove it",
}

const LONGEST_MESSAGE = 200

function syntaxProblem({ code, message, pos }: YAMLError, lines: LineCounter): Problem {
  const { line, col } = lines.linePos(pos[0])
  // What was not expected is repeated at the end, and may be a secret.
  const said = code === "UNEXPECTED_TOKEN" ? message.replace(/: ".*$/s, "") : message
  return { path: `line ${line}, column ${col}`, message: PLAINLY[code] ?? printable(said.slice(0, LONGEST_MESSAGE)) }
}

function onlyMapping(value: unknown): Yaml {
  if (value === null) return refused("found nothing, expected a configuration: at least lan, links and probes")
  if (typeof value !== "object" || Array.isArray(value))
    return refused(`found ${describe(value)}, expected a mapping (lines of \`key: value\`)`)
  return { ok: true, mapping: value as Mapping }
}

function refused(message: string): Yaml {
  return { ok: false, problems: [{ path: "file", message }] }
}
