import { execPath } from "node:process"
import { firstValueFrom } from "rxjs"
import type { Lab } from "../../../src/lab/lab.ts"

/** Bound to it, as an answer must come from where the question went. */
const ADDRESS = "9.9.9.9"
const PORT = 53

/** Answers each question with the address that it saw it come from. */
const SERVER = `
  const socket = require("node:dgram").createSocket("udp4")
  socket.on("message", (id, { address, port }) => socket.send(id + " " + address, port, address))
  socket.bind(${PORT}, "${ADDRESS}", () => console.log("ready"))`

/** Arguments: sockets, questions of each, time between them. Prints the answers of each socket in their order, null for none. */
const CLIENT = `
  const [sockets, questions, everyMs] = process.argv.slice(1).map(Number)
  const asker = () => {
    const answers = Array(questions).fill(null)
    const socket = require("node:dgram").createSocket("udp4")
    socket.on("message", text => {
      const [id, address] = String(text).split(" ")
      answers[id] = address
    })
    for (let id = 0; id < questions; id++) setTimeout(() => socket.send(String(id), ${PORT}, "${ADDRESS}"), id * everyMs)
    return answers
  }
  const all = Array.from({ length: sockets }, asker)
  setTimeout(() => {
    console.log(JSON.stringify(all))
    process.exit()
  }, questions * everyMs + 800)`

export async function startNameServer(lab: Lab): Promise<void> {
  const { lines$ } = await lab.spawn("inet", execPath, ["--eval", SERVER])
  await firstValueFrom(lines$)
}

/** Questions of the router: by socket, each one flow, the links that they were seen to come over; null: no answer within 0.8 s. */
export async function askNames(
  lab: Lab,
  { sockets, questions = 1, everyMs = 0 }: { sockets: number; questions?: number; everyMs?: number },
): Promise<readonly (readonly (string | null)[])[]> {
  const { stdout } = await lab.exec("rtr", execPath, ["--eval", CLIENT, ...[sockets, questions, everyMs].map(String)])
  const answers = JSON.parse(stdout) as readonly (readonly (string | null)[])[]
  return answers.map(each => each.map(address => address && lab.linkOf(address)))
}
