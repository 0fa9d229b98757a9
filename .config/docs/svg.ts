/** Beginning and end of a self-contained picture, whose colours follow the reader's. */
export function svg(width: number, height: number, title: string, style: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="14" role="img" aria-label="${escaped(title)}">
  <style>${style}</style>
  ${parts.join("\n  ")}
</svg>
`
}

export function text(x: number, y: number, content: string, style = "", anchor = "start"): string {
  const attributes = `x="${fixed(x)}" y="${fixed(y)}"${style && ` class="${style}"`} text-anchor="${anchor}"`
  return `<text ${attributes}>${escaped(content)}</text>`
}

export function rect(x: number, y: number, width: number, height: number, style: string): string {
  return `<rect class="${style}" x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}"/>`
}

export const fixed = (value: number) => String(Number(value.toFixed(1)))

export const escaped = (content: string) =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
