import { expect, test } from "vitest"
import { announcement, headline } from "../../../../src/web/page/view/headline.ts"
import { failedOver, link, status } from "../support/recorded.ts"

const NOW = 1_700_000_000_000
const one = link("isp1", NOW)
const two = link("isp2", NOW)

test("the router is told in two sentences", () => {
  expect(headline({ links: [one, two] })).toBe("Both links are up. New flows: isp1 70 %, isp2 30 %.")
  expect(headline({ links: [one] })).toBe("The link is up. New flows: isp1 70 %.")
  expect(headline({ links: [] })).toBe("No links are known. New flows are not balanced.")
  expect(
    headline({
      links: [
        { ...one, state: "down" },
        { ...two, state: "degraded" },
      ],
    }),
  ).toMatch(/^isp1 is down; isp2 is degraded\. /)
  expect(headline({ links: [one, two].map(each => ({ ...each, state: "down" as const })) })).toMatch(
    /^Every link is down\./,
  )
})

test("IPv6 that is down is not passed over, though IPv4 is up everywhere", () => {
  expect(headline({ links: [{ ...one, ipv6: { ...one, state: "down" } }, two] })).toBe(
    "IPv6 of isp1 is down. New flows: isp1 70 %, isp2 30 %.",
  )
})

test("a change of state is announced with its reason, and nothing else is", () => {
  const before = status(NOW)
  expect(announcement(before, { ...before, rulesInSync: false })).toBe("")
  expect(announcement(before, failedOver(before, NOW))).toBe(
    "isp1 is down: no target answered for 1.0 s. New flows: isp2 100 %.",
  )
})
