import { lineStyle } from "../palette.ts"

const SVG = "http://www.w3.org/2000/svg"

/** A bit of the n-th line of a chart, beside its name. */
export function swatch(index: number): SVGElement {
  const { colour, dash } = lineStyle(index)
  const line = document.createElementNS(SVG, "line")
  const drawn = { x1: "0", x2: "26", y1: "4", y2: "4", "stroke-dasharray": dash.join(" "), class: colour }
  for (const [name, value] of Object.entries(drawn)) line.setAttribute(name, value)
  const svg = document.createElementNS(SVG, "svg")
  const box = { width: "26", height: "8", class: "swatch", "aria-hidden": "true" }
  for (const [name, value] of Object.entries(box)) svg.setAttribute(name, value)
  svg.append(line)
  return svg
}
