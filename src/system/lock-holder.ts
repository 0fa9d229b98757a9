import { connect } from "node:net"
import { z } from "zod"
import { lockAddress } from "./lock-address.ts"

const schema = z.object({ pid: z.number().int(), since: z.string(), config: z.string() })

/** Who holds the lock: `since` is RFC 3339, `config` the path of its configuration. */
export type LockHolder = Readonly<z.infer<typeof schema>>

const answerMs = 1_000
const maxAnswerLength = 8_192

/** Asks the holder who it is. Null: no answer within a second, or not one of evenkeel's. `gone`: nobody listens any more. */
export function askHolder(): Promise<LockHolder | null | "gone"> {
  return new Promise(resolve => {
    const socket = connect(lockAddress)
    const answer = (value: LockHolder | null | "gone") => {
      clearTimeout(timer)
      socket.destroy()
      resolve(value)
    }
    const timer = setTimeout(answer, answerMs, null)
    let text = ""
    socket.setEncoding("utf8")
    socket.on("data", (chunk: string) => {
      text += chunk
      if (text.includes("\n") || text.length > maxAnswerLength) answer(parse(text))
    })
    socket.on("end", () => {
      answer(parse(text))
    })
    socket.on("error", (error: NodeJS.ErrnoException) => {
      answer(error.code === "ECONNREFUSED" ? "gone" : null)
    })
  })
}

function parse(text: string): LockHolder | null {
  try {
    return schema.parse(JSON.parse(text.slice(0, maxAnswerLength)))
  } catch {
    return null
  }
}
