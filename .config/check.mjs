/** All of `check:*`, as many at once as there are processors; prints what each says when it ends, and fails if one does. */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { availableParallelism } from "node:os"

const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
// The longest first.
const waiting = ["lint", "types", "imports", "format", "unused"].map(name => `check:${name}`)
const forgotten = Object.keys(scripts).filter(name => name.startsWith("check:") && !waiting.includes(name))
if (forgotten.length > 0) throw new Error(`.config/check.mjs does not know ${forgotten.join(", ")}`)

function run(name) {
  return new Promise(resolve => {
    const child = spawn("npm", ["run", "--silent", name], { stdio: ["ignore", "pipe", "pipe"] })
    const said = []
    for (const stream of [child.stdout, child.stderr]) stream.on("data", data => said.push(data))
    child.on("close", code => {
      process.stdout.write(Buffer.concat(said))
      if (code !== 0) {
        process.stdout.write(`npm run ${name} failed\n`)
        process.exitCode = 1
      }
      resolve()
    })
  })
}

async function worker() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name)
}

await Promise.all(Array.from({ length: availableParallelism() }, worker))
