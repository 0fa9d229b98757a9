import { parse } from "yaml"
import { expect, test } from "vitest"
import { parseConfig } from "../../../src/config/parse.ts"
import { copyFor, rehearsed } from "../../../src/lab/rehearse/copy.ts"
import { original } from "./sample.ts"

const lab = { dir: "/run/lab" }

test("the lab's agent reads what the user wrote, with the lab's own places", () => {
  const text = `
router: home
stateDir: /var/lib/evenkeel
log: { level: debug }
lan: [eth2]
markMask: 0xff00
allDown: stop marking
links: [{ name: isp1, interface: eth0, mark: 0x100, gateway: 203.0.113.1, onDown: hold }]
probes: [{ icmp: 1.1.1.1 }]
health: { interval: 250ms, upAfter: 10m, degraded: { loss: 5% } }
`
  const copy = copyFor(lab, original(text), original(text).config)
  expect(parse(copy)).toMatchObject({ stateDir: "/run/lab/state", socket: "/run/lab/control.sock", markMask: 0xff00 })
  const read = parseConfig(copy, { hostname: "x" })
  const { config } = original(text)
  const places = { stateDir: "/run/lab/state", socket: "/run/lab/control.sock", log: { level: "info" } }
  expect(read).toEqual({ ok: true, lacking: [], config: { ...rehearsed(config), ...places } })
})

test("what it shares, and the links that only others judge, stay out", () => {
  const user = original(`
lan: [eth2]
links:
  - { name: own, interface: eth0, mark: 1, probes: [{ icmp: 1.1.1.1 }] }
  - { name: followed, interface: eth1, mark: 2, line: fibre-1 }
share: { redis: "redis://r", follow: rtr-b }
`)
  const copy = copyFor(lab, user, rehearsed(user.config))
  expect(copy).not.toMatch(/redis|followed/)
  expect(rehearsed(user.config).links.map(({ name }) => name)).toEqual(["own"])
  expect(parseConfig(copy, { hostname: "x" }).ok).toBe(true)
})

test("whoever is asked by http or dns is pinged under a made-up address, and IPv6 stays out", () => {
  const user = original(`
lan: [eth2]
links: [{ name: isp1, interface: eth0, mark: 1 }]
probes: [{ icmp: 1.1.1.1 }, { http: "https://a.example/" }, { dns: { server: 9.9.9.9, name: b.example } }, { icmp: "2001:db8::1" }]
`)
  const [link] = (parse(copyFor(lab, user, rehearsed(user.config))) as { links: readonly unknown[] }).links
  expect(link).toMatchObject({ probes: [{ icmp: "1.1.1.1" }, { icmp: "192.0.2.2" }, { icmp: "192.0.2.3" }] })
})
