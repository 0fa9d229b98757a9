/** Builds every program into dist/. */
import { chmodSync } from "node:fs"
import { build } from "rolldown"
import { buildPage } from "./page.mjs"
import config from "./rolldown.config.mjs"

await build(config)
await buildPage(`${config.cwd}/dist/src/web/page`)
chmodSync(`${config.cwd}/dist/src/main.js`, 0o755)
