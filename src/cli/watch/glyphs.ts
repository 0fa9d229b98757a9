/** Characters that make up bars, from the lowest to the highest. */
export interface Glyphs {
  readonly levels: readonly string[]
  /** Nothing: no loss. */
  readonly none: string
  /** No answer at all. */
  readonly lost: string
}

const BLOCKS: Glyphs = { levels: Array.from("▁▂▃▄▅▆▇█"), none: "·", lost: "×" }
const ASCII: Glyphs = { levels: Array.from("_.-=+*#@"), none: " ", lost: "x" }

/** By what the terminal says that it shows (locale(7): the first of these that is set counts). */
export function glyphsFor({ LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>): Glyphs {
  const locale = [LC_ALL, LC_CTYPE, LANG].find(value => value !== undefined && value !== "") ?? ""
  // Over SSH the locale is often not handed on, and a terminal without UTF-8 has become the rarer case.
  return locale === "" || /utf-?8/i.test(locale) ? BLOCKS : ASCII
}
