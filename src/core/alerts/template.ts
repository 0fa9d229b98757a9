import type { Message } from "./incident.ts"
import { textOf } from "./words.ts"

/** What a template may ask for. */
export const FIELDS = [
  "id",
  "key",
  "kind",
  "alert",
  "router",
  "site",
  "condition",
  "link",
  "family",
  "peer",
  "severity",
  "title",
  "text",
  "happened",
  "means",
  "evidence",
  "next",
  "time",
  "since",
  "until",
] as const satisfies readonly (keyof Message | "text")[]

const FIELD = /\{\{\s*(\w{1,40})\s*\}\}/g

/** Every field that the texts of a template ask for. */
export function fieldsIn(template: unknown): readonly string[] {
  if (typeof template === "string") return [...template.matchAll(FIELD)].map(([, field = ""]) => field)
  return typeof template === "object" && template !== null ? Object.values(template).flatMap(fieldsIn) : []
}

/** The template with its fields filled in. Only its texts change, so what a message says cannot add to its structure. */
export function filled(template: unknown, message: Message): unknown {
  if (typeof template === "string") return template.replaceAll(FIELD, (_, field: string) => valueOf(message, field))
  if (Array.isArray(template)) return template.map(part => filled(part, message))
  if (typeof template !== "object" || template === null) return template
  return Object.fromEntries(Object.entries(template).map(([key, part]) => [key, filled(part, message)]))
}

function valueOf(message: Message, field: string): string {
  const known = FIELDS.find(name => name === field)
  if (known === undefined) return ""
  return known === "text" ? textOf(message) : (message[known] ?? "")
}
