const root = document.documentElement

/** A colour of style.css, for what is drawn on a canvas. */
export function ink(name: string): string {
  return getComputedStyle(root).getPropertyValue(`--${name}`).trim()
}

const QUERIES = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"]

/** Light and dark may be changed while the page is open; what is on a canvas does not follow by itself. */
export function onColoursChanged(redraw: () => void): void {
  for (const query of QUERIES) matchMedia(query).addEventListener("change", redraw)
}

/** As many as the eye can tell apart; dashes tell lines apart without colour. */
const DASHES: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [12, 4],
  [4, 4],
  [1, 3],
  [10, 2, 2, 2, 2, 2],
]
const COLOURS = 4

export interface LineStyle {
  readonly colour: string
  readonly dash: readonly number[]
}

/** Of the n-th series, from 0. */
export function lineStyle(index: number): LineStyle {
  return { colour: `line-${(index % COLOURS) + 1}`, dash: DASHES[index % DASHES.length] ?? [] }
}
