import type { Detector } from "./detector.ts"
import { createLink, type LinkModel } from "./link.ts"
import { seedOf } from "./random.ts"
import { scorer, type Score } from "./score.ts"

/** One detector on one line for this long. The same seed gives the same result to the last probe. */
export function bench(detector: Detector, model: LinkModel, spanMs: number, seed = seedOf(model.name)): Score {
  const link = createLink(model, seed)
  const { tell, total } = scorer(model, link)
  detector.watch(link, spanMs, tell)
  return total(spanMs)
}
