import { readFile } from "node:fs/promises"
import type { HiddenFile, Plain, Receiver } from "../core/alerts/config.ts"

/** What is never a secret, and may look like one. */
const OPEN: readonly string[] = ["kind", "template", "labels", "command", "from", "to", "host", "ca", "username", "tls"]

/** A receiver with the secrets that are in files: they are read for each try, so that a new one needs no reload. */
export async function reveal(to: Receiver<Plain>): Promise<Receiver<string>> {
  const parts = Object.entries(to).map(async ([key, value]) => [
    key,
    OPEN.includes(key) ? (value as unknown) : await revealed(value, key),
  ])
  return Object.fromEntries((await Promise.all(parts)) as [string, unknown][]) as unknown as Receiver<string>
}

/** @throws Error for one that is empty: what it would bring is a refusal, which would be taken for one of the message. */
async function revealed(part: unknown, name: string): Promise<unknown> {
  // As after a start by the last good configuration, which does without what the environment has not (src/config/parse.ts).
  if (part === "") throw new Error(`${name} is not set in the environment that the agent was started in`)
  if (typeof part !== "object" || part === null) return part
  if (isFile(part)) return textOf(part.file)
  const parts = Object.entries(part).map(async ([key, value]) => [key, await revealed(value, `${name}.${key}`)])
  return Object.fromEntries((await Promise.all(parts)) as [string, unknown][])
}

async function textOf(file: string): Promise<string> {
  const text = (await readFile(file, "utf8")).replace(/\r?\n$/, "")
  if (text.trim() === "") throw new Error(`${file} is empty`)
  return text
}

function isFile(part: object): part is HiddenFile {
  const { file } = part as Partial<HiddenFile>
  return typeof file === "string" && Object.keys(part).length === 1
}

/** Every secret of a receiver, longest first. */
export function secretsOf(to: Receiver<string>): readonly string[] {
  const texts = Object.entries(to).flatMap(([key, value]) => (OPEN.includes(key) ? [] : textsIn(value)))
  return texts.flatMap(withParts).sort((a, b) => b.length - a.length)
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** Of an address, what follows the host is what nobody must know; its error messages name the host. */
function withParts(text: string): readonly string[] {
  if (!URL.canParse(text)) return [text]
  const { pathname, search, username, password } = new URL(text)
  return [text, `${pathname}${search}`, pathname, search, decodeURIComponent(password), decodeURIComponent(username)]
}

/** Shorter ones would be found in any text. */
const SHORTEST = 4

/** A text that may repeat secrets, without them: it is journalled, shown and published. */
export function without(secrets: readonly string[], text: string): string {
  return secrets
    .filter(({ length }) => length >= SHORTEST)
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text)
}
