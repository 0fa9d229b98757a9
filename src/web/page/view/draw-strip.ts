import type { LinkStateName } from "../../../core/link-state.ts"
import { ink } from "../palette.ts"
import type { Stretch } from "../timeline.ts"

/** The worse, the higher: a strip is read without its colours. Part of the strip's height. */
const HEIGHTS: Readonly<Record<LinkStateName, number>> = { up: 0.25, degraded: 0.6, down: 1, unknown: 0 }

/** What matters must not fall between two pixels. */
const LEAST_PIXELS: Readonly<Record<LinkStateName, number>> = { up: 0, degraded: 1.5, down: 2, unknown: 0 }

const ORDER: readonly LinkStateName[] = ["up", "degraded", "down"]

/** Fills the canvas with the stretches, one after another; the worst is drawn last, for it must be seen. */
export function drawStrip(canvas: HTMLCanvasElement, parts: readonly Stretch[]): void {
  const { width, height, context } = prepared(canvas)
  const [first, last] = [parts[0], parts.at(-1)]
  if (context === null || first === undefined || last === undefined) return
  const perMs = width / (last.toMs - first.fromMs)
  for (const state of ORDER) {
    context.fillStyle = ink(state)
    const tall = HEIGHTS[state] * height
    for (const part of parts) {
      if (part.state !== state) continue
      const left = (part.fromMs - first.fromMs) * perMs
      const wide = Math.max(LEAST_PIXELS[state], (part.toMs - part.fromMs) * perMs)
      context.fillRect(Math.min(left, width - wide), height - tall, wide, tall)
    }
  }
}

/** In the screen's own pixels. */
function prepared(canvas: HTMLCanvasElement) {
  const { clientWidth: width, clientHeight: height } = canvas
  const scale = devicePixelRatio
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext("2d")
  context?.scale(scale, scale)
  return { width, height, context }
}
