import { pino } from "pino"
import { expect, test } from "vitest"
import { clock } from "../../src/cli/format.ts"
import { logLine } from "../../src/cli/log-line.ts"
import { PLAIN } from "./stories.ts"

const TIME = "2026-03-01T12:00:00.000Z"

/** What one call of the logger comes out as, its local time replaced. */
function lines(write: (log: pino.Logger) => void): readonly string[] {
  const records: string[] = []
  const timestamp = () => `,"time":${Date.parse(TIME)}`
  write(pino({ base: null, timestamp }, { write: record => records.push(record) }))
  return records.map(record => logLine(record, PLAIN).replace(clock(TIME), "TIME"))
}

test("an event reads as the journal's events do", () => {
  expect(
    lines(log => {
      log.info({ link: "isp1", carrier: false }, "link.carrier")
    }),
  ).toEqual(["TIME  link.carrier        isp1 lost its carrier"])
})

test("any other message is its text, without the details that are for programs", () => {
  expect(
    lines(log => {
      log.info({ backend: "nft" }, "iptables back end: nft")
    }),
  ).toEqual(["TIME  iptables back end: nft"])
})

test("an error comes with its stack, and no text steers the terminal", () => {
  const [text = ""] = lines(log => {
    log.fatal(new Error("\x1b[2Jgone"))
  })
  expect(text).toMatch(/^TIME {2}Error: \\u\{1b\}\[2Jgone\n {4}at /)
})
