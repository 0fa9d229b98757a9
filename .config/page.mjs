/** Builds the page: one script, one style sheet, one document; uPlot is in the first two. */
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { resolve } from "node:path"
import { build } from "rolldown"

const root = resolve(import.meta.dirname, "..")
const source = `${root}/src/web/page`
const uplot = `${root}/node_modules/uplot`

/** Writes `index.html`, `page.js` and `style.css` to a directory. */
export async function buildPage(directory) {
  await mkdir(directory, { recursive: true })
  await Promise.all([
    buildScript(directory),
    joinStyles(`${directory}/style.css`),
    copyFile(`${source}/index.html`, `${directory}/index.html`),
  ])
}

async function buildScript(directory) {
  const { version, license } = JSON.parse(await readFile(`${uplot}/package.json`, "utf8"))
  await build({
    cwd: root,
    input: { page: `${source}/main.ts` },
    platform: "browser",
    output: {
      dir: directory,
      format: "esm",
      entryFileNames: "[name].js",
      minify: true,
      // Minifying takes uPlot's own notice away.
      banner: `/*! with uPlot ${version}, copyright Leon Sorokin, ${license} licence */`,
    },
  })
}

async function joinStyles(file) {
  const sheets = [`${uplot}/dist/uPlot.min.css`, `${source}/style.css`].map(sheet => readFile(sheet, "utf8"))
  await writeFile(file, (await Promise.all(sheets)).join("\n"))
}
