import { connect } from "node:net"

/** The name that the server gives the provider, or why there was none. */
function attempt() {
  return new Promise(resolve => {
    const socket = connect({ host: "198.51.100.1", port: 80, timeout: 900 })
    let said = ""
    socket.on("data", data => (said += data))
    socket.on("end", () => resolve(said))
    socket.on("error", error => resolve(`failed: ${error.code}`))
    socket.on("timeout", () => {
      socket.destroy()
      resolve("failed: no answer")
    })
  })
}

setInterval(async () => {
  const time = new Date().toISOString()
  console.log(`${time} ${await attempt()}`)
}, 250)
