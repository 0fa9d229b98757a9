import { duration, mapping, ratio, wholeNumber } from "./values.ts"

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** `health`: when a link is down, back, or carries less. */
export const health = mapping({
  // More than 20 probes a second would be a load of their own on a slow uplink; fewer than one a minute is no watching.
  interval: duration(50, MINUTE)
    .prefault("500ms")
    .describe("pace of each link's probes, spread over its targets; a suspicion is settled faster"),
  timeout: duration(10, MINUTE, "auto")
    .prefault("auto")
    .describe("when a probe counts as missed; `auto`: from the measured RTT (50 ms to 2 s)"),
  // Below 100 ms, ordinary queueing on a busy uplink would look like an outage.
  downAfter: duration(100, HOUR)
    .prefault("1s")
    .describe("this long without an answer, confirmed by a burst of probes, is down; at least `interval`"),
  upAfter: duration(0, 24 * HOUR)
    .prefault("10s")
    .describe("this long with answers, and a dead link carries again: a tenth of its share at first"),
  quorum: wholeNumber(1, 32).default(1).describe("distinct targets that must answer, in each family"),
  degraded: mapping({
    loss: ratio(1, 90).prefault("20%").describe("more lost probes than this, proven by two targets"),
    rtt: duration(1, 30 * SECOND)
      .prefault("300ms")
      .describe("slower than this, and than twice the line's own RTT"),
    // 0 would take it out of service, which is what "down" is for.
    share: ratio(1, 100).prefault("50%").describe("what is left of its weight for new flows"),
  })
    .prefault({})
    .describe("a link that answers, but loses or delays too much, gets a part of its weight"),
  damping: mapping({
    halfLife: duration(SECOND, 24 * HOUR)
      .prefault("5m")
      .describe("in which half of its points are forgotten"),
    suppress: wholeNumber(1, 100).default(3).describe("from so many points on it gets no new flows"),
    reuse: wholeNumber(1, 100).default(1).describe("at so few it does again; less than `suppress`"),
  })
    .prefault({})
    .describe("a link that keeps going down stays out: one point each time"),
})
