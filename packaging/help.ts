/** An option or argument, and what is said of it. */
export interface Entry {
  /** `-f, --follow`; of an argument its name. */
  readonly head: string
  readonly text: string
  /** What it may be; empty: anything. */
  readonly choices: readonly string[]
}

/** One command by its own `--help`. */
export interface CommandHelp {
  /** `pin`, `add`. */
  readonly words: readonly string[]
  /** `pin add [what] [link] [options]`. */
  readonly usage: string
  readonly describe: string
  readonly positionals: readonly Entry[]
  /** Without those that every command takes. */
  readonly options: readonly Entry[]
  /** Names of the commands below it. */
  readonly below: readonly string[]
}

export interface CommandGroup {
  readonly title: string
  readonly names: readonly string[]
}

const COMMON = /--(config|version|help)\b/

/** The groups of `evenkeel --help`. @throws Error when the text has none */
export function groupsIn(overview: string): readonly CommandGroup[] {
  const groups = sectionsOf(overview).filter(({ title }) => title !== "Options")
  if (groups.length === 0) throw new Error("evenkeel --help lists no commands")
  return groups.map(({ title, lines }) => ({ title, names: lines.map(line => firstWord(line)) }))
}

/** What `evenkeel WORDS --help` printed. @throws Error when it is something else */
export function commandIn(words: readonly string[], text: string): CommandHelp {
  const [first = "", , second = ""] = text.split("\n")
  const usage = first.replace(/^evenkeel /, "").replace(/: .*$/, "")
  if (!usage.startsWith(words.join(" "))) throw new Error(`evenkeel ${words.join(" ")} --help begins with: ${first}`)
  const sections = sectionsOf(text)
  const entries = (title: string) => sections.filter(found => found.title === title).flatMap(({ lines }) => lines)
  return {
    words,
    usage,
    describe: first.includes(": ") ? first.slice(first.indexOf(": ") + 2) : second,
    positionals: entries("Positionals").map(entryOf),
    options: entries("Options")
      .filter(line => !COMMON.test(line))
      .map(entryOf),
    below: entries("Commands").map(line => line.trim().split(" ")[words.length + 1] ?? ""),
  }
}

interface Section {
  readonly title: string
  readonly lines: readonly string[]
}

/** `Title:` and the indented lines below it. */
function sectionsOf(text: string): readonly Section[] {
  return text.split("\n\n").flatMap(block => {
    const [title = "", ...lines] = block.split("\n")
    return /^\S.*:$/.test(title)
      ? [{ title: title.slice(0, -1), lines: lines.filter(line => line.startsWith(" ")) }]
      : []
  })
}

function firstWord(line: string): string {
  return line.trim().split(" ")[0] ?? ""
}

/** yargs ends a line with types and defaults in brackets. */
function entryOf(line: string): Entry {
  const [, head = "", rest = ""] = /^ +(.*?)(?: {2,}(.*))?$/.exec(line) ?? []
  const choices = /\[choices: ([^\]]*)\]/.exec(rest)?.[1]?.match(/[\w.-]+/g) ?? []
  const byDefault = /\[default: (?!false\])([^\]]*)\]/.exec(rest)?.[1]
  const text = rest.replaceAll(/ *\[(string|boolean|number|array|required|choices: [^\]]*|default: [^\]]*)\]/g, "")
  return { head, text: byDefault === undefined ? text : `${text} (default: ${byDefault})`, choices }
}
