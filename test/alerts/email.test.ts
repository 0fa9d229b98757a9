import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import type { AddressInfo, Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SMTPServer, type SMTPServerOptions } from "smtp-server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { sendEmail } from "../../src/alerts/email.ts"
import type { Email } from "../../src/core/alerts/config.ts"
import type { Message } from "../../src/core/alerts/incident.ts"
import { onEvent } from "../../src/core/alerts/alert.ts"
import { NOTHING_TOLD } from "../../src/core/alerts/state.ts"
import { goes, journalOf, topic } from "../core/alerts/journal.ts"
import { certificatesIn, makeCertificates } from "../share/support/certificates.ts"

let directory = ""
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "evenkeel-email-"))
  await makeCertificates(directory)
})
afterAll(() => rm(directory, { recursive: true }))

const [message] = journalOf([0, goes("isp1", "down")]).reduce(
  (state, event) => onEvent(topic(), state, event),
  NOTHING_TOLD,
).queue as [Message]

const takes: SMTPServerOptions["onData"] = (stream, _, done) => {
  stream.on("end", () => {
    done(null)
  })
  stream.resume()
}

/** It takes the whole text, and never says that it did. */
const takesForEver: SMTPServerOptions["onData"] = stream => {
  stream.resume()
}

/** What becomes of one mail over a server, and how its connection ends. */
async function mail(how: Partial<Email<string>>, options: SMTPServerOptions, answerMs = 5_000) {
  const { cert, key } = certificatesIn(directory).server
  const pair = { cert: await readFile(cert), key: await readFile(key) }
  const server = new SMTPServer({ authOptional: true, logger: false, ...pair, ...options })
  server.on("error", () => undefined)
  const ended = new Promise<string>(resolve => {
    server.server.once("connection", (socket: Socket) => {
      socket.once("error", error => {
        resolve((error as NodeJS.ErrnoException).code ?? "")
      })
      socket.once("close", () => {
        resolve("closed")
      })
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server.server, "listening")
  const { port } = server.server.address() as AddressInfo
  const people = { from: "router@example.com", to: ["a@example.com"], username: null, password: null }
  const email = { kind: "email", host: "127.0.0.1", tls: "off", ca: null, ...people, ...how, port } as const
  try {
    const verdict = await sendEmail(email, message, answerMs, new AbortController().signal)
    return { verdict, ended }
  } finally {
    server.close()
  }
}

test.each(["off", "starttls", "always"] as const)("mail is taken with tls: %s", async tls => {
  const ca = certificatesIn(directory).ca
  const { verdict } = await mail({ tls, ca }, { secure: tls === "always", onData: takes })
  expect(verdict).toMatchObject({ ok: true })
})

test.each(["starttls", "always"] as const)("with tls: %s nobody is trusted who is not known here", async tls => {
  const { verdict } = await mail({ tls }, { secure: tls === "always", onData: takes })
  expect(verdict).toMatchObject({ ok: false, error: expect.stringMatching(/certificate/) as unknown })
})

test("the connection ends with the mail", async () => {
  const { ended } = await mail({}, { onData: takes })
  expect(await ended).toBe("closed")
})

test("an attempt that is given up is reset: nothing of it arrives later", async () => {
  const { verdict, ended } = await mail({}, { onData: takesForEver }, 200)
  expect(verdict).toMatchObject({ ok: false, isRefused: false, error: "it took too long, or was ended" })
  expect(await ended).toBe("ECONNRESET")
})
