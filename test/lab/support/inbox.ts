import { createServer } from "node:http"

/** A server of the internet that takes whatever is posted to it; prints `{ from, body }` of each as a line of JSON. */
const port = Number(process.argv[2])

const server = createServer((request, response) => {
  let body = ""
  request.setEncoding("utf8").on("data", (text: string) => (body += text))
  request.on("end", () => {
    response.end("taken")
    process.stdout.write(`${JSON.stringify({ from: request.socket.remoteAddress, body })}\n`)
  })
})
server.listen(port, "0.0.0.0", () => process.stdout.write("listening\n"))
