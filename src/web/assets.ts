import { readdir, readFile } from "node:fs/promises"
import { extname, join } from "node:path"

interface Asset {
  readonly type: string
  readonly bytes: Buffer
}

/** By file name. */
export type Assets = ReadonlyMap<string, Asset>

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
}

/** All that the page is made of, read once: no request ever names a file. @throws when the directory cannot be read */
export async function readAssets(directory: string): Promise<Assets> {
  const names = await readdir(directory)
  const read = names.flatMap(name => {
    const type = TYPES[extname(name)]
    return type === undefined ? [] : [readFile(join(directory, name)).then(bytes => [name, { type, bytes }] as const)]
  })
  return new Map(await Promise.all(read))
}
