import { access, constants } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { packageOf } from "./run-error.ts"

/** A program that evenkeel starts, Debian's package for it, and whether `PATH` leads to it. */
export interface Tool {
  readonly program: string
  readonly package: string | null
  readonly found: boolean
}

export function findTools(programs: readonly string[]): Promise<readonly Tool[]> {
  return Promise.all(
    programs.map(async program => ({ program, package: packageOf(program) ?? null, found: await isOnPath(program) })),
  )
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)
  const found = await Promise.all(folders.map(folder => isExecutable(join(folder, program))))
  return found.includes(true)
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}
