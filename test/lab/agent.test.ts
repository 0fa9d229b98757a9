import { afterEach, expect, test } from "vitest"
import { parse } from "yaml"
import { labConfig } from "../../src/lab/agent.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"

let lab: Lab | undefined

afterEach(() => lab?.dispose())

test("the configuration of a lab has its links, its targets and what a test overrides", async () => {
  lab = await buildLab({ links: [{ name: "isp1" }, { name: "isp2", interface: "wan1" }], targets: ["192.0.2.1"] })
  const config: unknown = parse(
    labConfig(lab, { top: { health: { upAfter: "2s" } }, links: { isp2: { onDown: "hold" } } }),
  )
  expect(config).toMatchObject({
    lan: ["lan0"],
    links: [
      { name: "isp1", interface: "eth0", mark: 1, weight: 70 },
      { name: "isp2", interface: "wan1", mark: 2, weight: 30, onDown: "hold" },
    ],
    probes: [{ icmp: "192.0.2.1" }, { tcp: "192.0.2.1:53" }],
    health: { upAfter: "2s" },
  })
})
