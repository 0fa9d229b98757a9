import { posix } from "node:path"
import { z } from "zod"
import { describe, expected } from "./problems.ts"

// The strings that reach the kernel's tools, file names and keys of others: each has a small alphabet of its own.

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/
const NAME_RULE = "a name: letters, digits, `_`, `.` and `-`, the first a letter or digit, at most 64"

export function isName(text: string): boolean {
  return NAME.test(text)
}

/** Becomes part of JSON, Redis keys and file names, so its alphabet is small. */
export const name = z
  .string({
    error: issue => expected(NAME_RULE)(issue) + (typeof issue.input === "number" ? "; put it in quotes" : ""),
  })
  .regex(NAME)
  .meta({ title: "a name of letters, digits, `_`, `.` and `-`, at most 64" })

/**
 * Linux takes nearly any 15 bytes: dev_valid_name in net/core/dev.c. Refused beyond that: a leading `-` is an option to
 * ip(8), a trailing `+` a wildcard to iptables(8), and quotes and spaces end a word in iptables-restore.
 */
const INTERFACE = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/

/** `all` and `default` are directories of net.ipv4.conf, so the kernel makes no such interface (net/ipv4/devinet.c). */
const NO_UPLINKS = ["lo", "all", "default"]

export const interfaceName = z
  .string({ error: expected("an interface name, such as eth0") })
  .superRefine(refuse(unfitInterface))
  .meta({ title: "an interface name" })

function unfitInterface(text: string): string | undefined {
  if (NO_UPLINKS.includes(text)) return `found ${text}, expected an interface that leads somewhere, such as eth0`
  if (INTERFACE.test(text)) return undefined
  const hint = text.includes("@") ? "; of `eth0.100@eth0`, write the part before the @" : ""
  return `found ${describe(text)}, expected an interface name: letters, digits, \`_\`, \`.\` and \`-\`, at most 15, not beginning with \`.\` or \`-\`${hint}`
}

/** One spelling for one place, and nothing that a shell, a terminal or a log could read as more than a path. */
export function absolutePath(longest: number) {
  const rule = `an absolute path of letters, digits and \`_.@+=,~-\`, at most ${longest} bytes, with no \`..\`, \`//\` or \`/\` at the end`
  return z
    .string({ error: expected(rule) })
    .regex(/^(\/[\w.@+=,~-]+)+$/)
    .max(longest)
    .refine(text => posix.normalize(text) === text)
    .meta({ title: `an absolute path, at most ${longest} bytes` })
}

/** A further check of a text: `why` gives the message, or undefined where nothing is wrong. */
export function refuse(why: (text: string) => string | undefined) {
  return (text: string, ctx: z.core.$RefinementCtx<string>) => {
    const reason = why(text)
    if (reason !== undefined) ctx.addIssue(reason)
  }
}
