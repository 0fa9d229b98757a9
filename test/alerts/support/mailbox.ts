import { once } from "node:events"
import { createServer as createTcp, type AddressInfo } from "node:net"
import { SMTPServer } from "smtp-server"

interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
  readonly messageId: string
}

export interface Mailbox {
  readonly port: number
  readonly mails: readonly Mail[]
  readonly close: () => Promise<void>
  readonly open: () => Promise<void>
}

/** Of the n-th mail: taken; not now (451); never (550); the connection cut in the middle; taken, and cut before it says so. */
export type MailFault = "none" | "later" | "never" | "cut" | "swallow"

/** A mail server of its own, over SMTP. */
export async function startMailbox(
  fault: (n: number) => MailFault = () => "none",
  options: object = {},
): Promise<Mailbox> {
  const mails: Mail[] = []
  let count = 0
  const create = () =>
    new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      logger: false,
      onData: (stream, session, done) => {
        const parts: Buffer[] = []
        stream.on("data", (part: Buffer) => parts.push(part))
        stream.on("end", () => {
          const kind = fault(count++)
          if (kind === "none" || kind === "swallow")
            mails.push(mailOf(Buffer.concat(parts).toString(), session.envelope))
          if (kind === "none") done()
          else if (kind === "later" || kind === "never") done(refusal(kind))
          else cut(server)
        })
      },
      ...options,
    })
  let server = create()
  server.on("error", () => undefined)
  await listening(server, 0)
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    mails,
    close: async () => {
      cut(server)
      await new Promise<void>(resolve => {
        server.close(resolve)
      })
    },
    open: async () => {
      server = create()
      server.on("error", () => undefined)
      await listening(server, port)
    },
  }
}

async function listening(server: SMTPServer, port: number): Promise<void> {
  server.listen(port, "127.0.0.1")
  await once(server.server, "listening")
}

/** As a crash of the mail server would. */
function cut(server: SMTPServer): void {
  for (const connection of server.connections) connection._socket.destroy()
}

function refusal(kind: "later" | "never"): Error {
  return Object.assign(new Error(kind === "later" ? "busy" : "no such user"), {
    responseCode: kind === "later" ? 451 : 550,
  })
}

interface Envelope {
  readonly mailFrom: false | { readonly address: string }
  readonly rcptTo: readonly { readonly address: string }[]
}

function mailOf(text: string, { mailFrom, rcptTo }: Envelope): Mail {
  const messageId = /^Message-ID: (.*)\r$/im.exec(text)?.[1] ?? ""
  return { from: mailFrom === false ? "" : mailFrom.address, to: rcptTo.map(({ address }) => address), text, messageId }
}

/** A port where connections are taken and nothing is ever said. */
export async function startSilence(): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createTcp(socket => socket.on("error", () => undefined)).listen(0, "127.0.0.1")
  await once(server, "listening")
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}
