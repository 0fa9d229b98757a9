import { Registry } from "prom-client"
import { createCounters, type Counters } from "./counters.ts"
import { createGauges, type Standing } from "./gauges.ts"

/** Prometheus' view of the agent: docs/metrics.md tells every name. */
export interface Metrics extends Omit<Counters, "expect"> {
  /** In the text format of Prometheus. */
  readonly text: (standing: Standing) => Promise<string>
  readonly contentType: string
}

export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const counters = createCounters(registry)
  const setGauges = createGauges(registry, version)
  return {
    ...counters,
    text: standing => {
      setGauges(standing)
      counters.expect(standing.status.links)
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}
