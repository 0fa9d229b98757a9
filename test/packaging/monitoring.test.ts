import { readFile } from "node:fs/promises"
import { execa } from "execa"
import { expect, test } from "vitest"
import { parse } from "yaml"

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8")
const rulesFile = "packaging/prometheus/evenkeel.rules.yml"
const testsFile = "packaging/prometheus/evenkeel.test.yml"

/** Metrics that an expression asks for, without the endings of a histogram's parts. */
function metricsIn(text: string): readonly string[] {
  const names = text.match(/\bevenkeel_\w+/g) ?? []
  return [...new Set(names.map(name => name.replace(/_(bucket|sum|count)$/, "")))]
}

async function documented(): Promise<ReadonlySet<string>> {
  return new Set(metricsIn(await read("docs/metrics.md")))
}

test.each([rulesFile, testsFile, "packaging/grafana/evenkeel.json"])(
  "%s asks for metrics that there are",
  async path => {
    const [text, known] = [await read(path), await documented()]
    expect(metricsIn(text).length).toBeGreaterThan(5)
    expect(metricsIn(text).filter(name => !known.has(name))).toEqual([])
  },
)

test("every panel of the dashboard shows something, none lies upon another, and all follow the choice of routers", async () => {
  const dashboard = JSON.parse(await read("packaging/grafana/evenkeel.json")) as {
    panels: { title: string; gridPos: { x: number; y: number; w: number; h: number }; targets: { expr: string }[] }[]
  }
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  expect(expressions.length).toBeGreaterThanOrEqual(dashboard.panels.length)
  expect(expressions.filter(expr => !expr.includes('instance=~"$instance"'))).toEqual([])
})

test("every alert rule says what is wrong and what to do, and has a test of its own", async () => {
  const { groups } = parse(await read(rulesFile)) as {
    groups: { rules: { alert: string; annotations: Record<string, string>; labels: { severity: string } }[] }[]
  }
  const rules = groups.flatMap(group => group.rules)
  for (const { annotations, labels } of rules) {
    expect(Object.keys(annotations)).toEqual(["summary", "description"])
    expect(["info", "warning", "critical"]).toContain(labels.severity)
  }
  const { tests } = parse(await read(testsFile)) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[]
  }
  const fired = tests.flatMap(each => each.alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0))
  expect(new Set(fired.map(({ alertname }) => alertname))).toEqual(new Set(rules.map(({ alert }) => alert)))
})

const { failed } = await execa("promtool", ["--version"], { reject: false })
if (failed) console.warn("Not tested: what the alert rules do needs promtool (Debian: prometheus), and it is not here.")

test.skipIf(failed)("the alert rules fire when they should, as Prometheus sees them", async () => {
  const cwd = new URL("../../", import.meta.url).pathname
  await execa("promtool", ["check", "rules", rulesFile], { cwd })
  const { stdout, stderr } = await execa("promtool", ["test", "rules", testsFile], { cwd, reject: false })
  expect(stdout + stderr).toMatch(/SUCCESS/)
  expect(stdout + stderr).not.toMatch(/FAILED/)
})
