/**
 * Evidence, one observation at a time, that something happens at a bad rate rather than at a normal one: Page's CUSUM
 * (1954) of Wald's log-likelihood ratios, which no other test with as few false alarms finds sooner (Moustakides 1986).
 */
export interface RateTest {
  /** Ratios between 0 and 1, `normal` < `bad`. */
  readonly normal: number
  readonly bad: number
}

/** At the normal rate so much gathers by chance about once in e^10 = 22,000 observations. In nats. */
export const ENOUGH_NATS = 10

/** Nats that one observation speaks for the bad rate; negative: for the normal one. */
export function weightOf({ normal, bad }: RateTest, isBad: boolean): number {
  return isBad ? Math.log(bad / normal) : Math.log((1 - bad) / (1 - normal))
}

/** Evidence stays between none and enough, so that neither good nor bad times are held against what comes after them. */
export function gather(nats: number, weight: number): number {
  return Math.min(ENOUGH_NATS, Math.max(0, nats + weight))
}

/** True from the moment there is enough until all of it is used up: one threshold each way. */
export function isProven(nats: number, wasProven: boolean): boolean {
  return nats >= ENOUGH_NATS || (wasProven && nats > 0)
}
