/** Builds the page. */
import { copyFile, mkdir } from "node:fs/promises"
import { resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")

/** Writes what the page is made of to a directory. */
export async function buildPage(directory) {
  await mkdir(directory, { recursive: true })
  await copyFile(`${root}/src/web/page/index.html`, `${directory}/index.html`)
}
