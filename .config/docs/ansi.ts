/** A piece of a terminal's line in one style: names of classes, such as `green` or `bold`. */
export interface Span {
  readonly text: string
  readonly styles: readonly string[]
}

const STYLES: Readonly<Record<string, string>> = {
  1: "bold",
  2: "dim",
  31: "red",
  32: "green",
  33: "yellow",
  34: "blue",
  35: "magenta",
  36: "cyan",
}

/** Codes that end a style (ECMA-48, SGR): 22 ends both weights, 39 any colour, 0 everything. */
const ENDS: Readonly<Record<string, (style: string) => boolean>> = {
  0: () => true,
  22: style => style === "bold" || style === "dim",
  39: style => style !== "bold" && style !== "dim",
}

/** What a program wrote to a terminal, line by line; of its escape sequences only colours and weights are followed. */
export function readAnsi(written: string): readonly (readonly Span[])[] {
  let styles: readonly string[] = []
  return written.split(/\r*\n/).map(line => {
    const spans: Span[] = []
    // eslint-disable-next-line no-control-regex
    for (const part of line.split(/(\x1b\[[\d;]*m)/)) {
      // eslint-disable-next-line no-control-regex
      const codes = /^\x1b\[([\d;]*)m$/.exec(part)?.[1]
      if (codes !== undefined) styles = (codes || "0").split(";").reduce(after, styles)
      else if (part !== "") spans.push({ text: part, styles })
    }
    return spans
  })
}

function after(styles: readonly string[], code: string): readonly string[] {
  const isEnded = ENDS[code]
  if (isEnded !== undefined) return styles.filter(style => !isEnded(style))
  const style = STYLES[code]
  return style === undefined ? styles : [...styles, style]
}
