import type { z } from "zod"

/** One thing wrong with a configuration. */
export interface Problem {
  /** `links[1].mark`, `line 4, column 2` of a syntax error, or `file` for the file as a whole. */
  readonly path: string
  /** What was found, what is allowed, and what to do where that is not plain. */
  readonly message: string
}

/** `links[1].mark: …`, on one line: for the journal and programs. */
export function problemLine({ path, message }: Problem): string {
  return `${path}: ${message}`
}

const WIDEST_ALIGNED_PATH = 32

/** For people: the file first, then one aligned line for each problem. */
export function formatProblems(file: string, problems: readonly Problem[]): string {
  const paths = problems.map(({ path }) => `${path}:`)
  const width = Math.min(WIDEST_ALIGNED_PATH, Math.max(...paths.map(path => path.length)))
  const lines = problems.map(({ message }, index) => `  ${(paths[index] ?? "").padEnd(width)} ${message}`)
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`
  return [`${printable(file)}: ${count}`, ...lines].join("\n")
}

/** Zod's issues as problems. Two checks on one value may say the same; it is said once. */
export function problemsOf(error: z.ZodError): Problem[] {
  const problems = error.issues.flatMap(issue => issueProblems(issue, []))
  return [...new Map(problems.map(problem => [problemLine(problem), problem])).values()]
}

type Path = readonly PropertyKey[]

function issueProblems(issue: z.core.$ZodIssue, above: Path): Problem[] {
  const path = [...above, ...issue.path]
  if (issue.code === "unrecognized_keys") return unknownKeyProblems(issue, path)
  if (issue.code === "invalid_union") {
    const branch = branchMeant(issue.errors)
    if (branch !== undefined) return branch.flatMap(inner => issueProblems(inner, path))
  }
  return [{ path: formatPath(path), message: mayHoldSecret(path) ? unquoted(issue.message) : issue.message }]
}

const HARMLESS: readonly PropertyKey[] = ["prefix", "ttl", "follow", "sites", "name", "db"]

/** Addresses and passwords are easily mixed up, and problems are journalled, published and mailed about. */
function mayHoldSecret([top, key, inAlert]: Path): boolean {
  if (top === "alerts") return inAlert === undefined || inAlert === "to"
  if (top === "web") return key === undefined || key === "token"
  return top === "share" && (key === undefined || !HARMLESS.includes(key))
}

function unquoted(message: string): string {
  return message.replace(/^found the text "(?:[^"\\]|\\.)*"/, "found a text that may hold a secret")
}

/** `mapping` in values.ts writes one line of message for each unknown key. */
function unknownKeyProblems(issue: z.core.$ZodIssueUnrecognizedKeys, path: Path): Problem[] {
  const messages = issue.message.split("\n")
  return issue.keys.map((key, index) => ({ path: formatPath([...path, key]), message: messages[index] ?? "" }))
}

/** The alternative that fits from outside and is wrong within: `{ snat: x }` is no failed attempt at `masquerade`. */
function branchMeant(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  return branches.find(issues => issues.some(({ code, path }) => path.length > 0 || code === "unrecognized_keys"))
}

/** `links[1].mark`; a key that does not read as one word is quoted: `links[1]["two words"]`. */
export function formatPath(path: Path): string {
  return path.map((key, index) => formatKey(key, index === 0)).join("") || "file"
}

function formatKey(key: PropertyKey, first: boolean): string {
  if (typeof key === "number") return `[${key}]`
  const text = String(key)
  if (!/^[\w-]+$/.test(text)) return `[${quote(text)}]`
  return first ? text : `.${text}`
}

/** Zod's error hook of a value: what was found, and what is allowed there. */
export function expected(allowed: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) =>
    input === undefined ? `missing; expected ${allowed}` : `found ${describe(input)}, expected ${allowed}`
}

/** `auto, none or an address` */
export function either(words: readonly string[], last: string): string {
  return words.length === 0 ? last : `${words.join(", ")} or ${last}`
}

/** A value as a person would name it. */
export function describe(found: unknown): string {
  if (found === null) return "an empty value"
  if (typeof found === "string") return `the text ${quote(found)}`
  if (Array.isArray(found)) return found.length === 0 ? "an empty list" : `a list of ${found.length}`
  return typeof found === "number" || typeof found === "boolean" ? String(found) : "a mapping"
}

const LONGEST_QUOTE = 60

export function quote(text: string): string {
  const shown = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text
  return printable(JSON.stringify(shown))
}

/** Control, format and line-separating characters escaped, so that no text of a file can steer a terminal or forge a line. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, letter => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`)
}
