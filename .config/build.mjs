/** Builds every program into dist/. */
import { chmodSync } from "node:fs"
import { build } from "rolldown"
import config from "./rolldown.config.mjs"

await build(config)
chmodSync(`${config.cwd}/dist/src/main.js`, 0o755)
