import { execPath } from "node:process"
import { firstValueFrom, skip } from "rxjs"
import type { Lab } from "../../../src/lab/lab.ts"

const PORT = 53

/** Where it listens, as an answer must come from where the question went, and the kind of socket: arguments of both programs. */
function place({ family, targets, targets6 }: Lab): readonly string[] {
  return [`udp${family}`, (family === 6 ? targets6 : targets)[2] ?? ""]
}

/** Answers each question with the address that it saw it come from. */
const SERVER = `
  const [type, own] = process.argv.slice(1)
  const socket = require("node:dgram").createSocket(type)
  socket.on("message", (id, { address, port }) => socket.send(id + " " + address, port, address))
  socket.bind(${PORT}, own, () => console.log("ready"))`

/**
 * Further arguments: sockets, questions of each, time between them. Prints that every socket has had an answer, and in the end
 * the answers of each in their order, null for none within 3 s.
 */
const CLIENT = `
  const [type, server] = process.argv.slice(1)
  const [sockets, questions, everyMs] = process.argv.slice(3).map(Number)
  const asker = () => {
    const answers = Array(questions).fill(null)
    const socket = require("node:dgram").createSocket(type)
    socket.on("message", text => {
      const [id, address] = String(text).split(" ")
      answers[id] = address
    })
    for (let id = 0; id < questions; id++) setTimeout(() => socket.send(String(id), ${PORT}, server), id * everyMs)
    return answers
  }
  const all = Array.from({ length: sockets }, asker)
  const endMs = Date.now() + questions * everyMs + 3000
  let hasBegun = false
  setInterval(() => {
    const isOver = Date.now() > endMs
    if (!hasBegun && (isOver || all.every(answers => answers.some(Boolean)))) {
      hasBegun = true
      console.log("begun")
    }
    if (!isOver && all.some(answers => answers.includes(null))) return
    console.log(JSON.stringify(all))
    process.exit()
  }, 20)`

export async function startNameServer(lab: Lab): Promise<void> {
  const { lines$ } = await lab.spawn("inet", execPath, ["--eval", SERVER, ...place(lab)])
  await firstValueFrom(lines$)
}

/** By socket, each one flow: the links that its questions were seen to come over; null: no answer. */
export type Answers = readonly (readonly (string | null)[])[]

interface Questions {
  readonly sockets: number
  /** Of each socket. */
  readonly questions?: number
  readonly everyMs?: number
}

/** The router asks. Resolves when each socket has had an answer. */
export async function startAsking(lab: Lab, { sockets, questions = 1, everyMs = 0 }: Questions) {
  const args = [sockets, questions, everyMs].map(String)
  const { lines$ } = await lab.spawn("rtr", execPath, ["--eval", CLIENT, ...place(lab), ...args])
  await firstValueFrom(lines$)
  const answers = async (): Promise<Answers> => {
    const all = JSON.parse(await firstValueFrom(lines$.pipe(skip(1)))) as Answers
    return all.map(each => each.map(address => address && lab.linkOf(address)))
  }
  return { answers }
}
