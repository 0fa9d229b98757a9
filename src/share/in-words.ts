const LONGEST = 300

/**
 * What went wrong, for a log and for people: one line, not long, and without these secrets. A server may say anything in an
 * error, and Redis itself repeats the arguments of a command that it does not know: AUTH and its password.
 */
export function inWords(error: unknown, secrets: readonly string[]): string {
  const text = secrets.filter(Boolean).reduce((all, secret) => all.replaceAll(secret, "•••"), textOf(error))
  return text
    .replaceAll(/\p{C}+/gu, " ")
    .trim()
    .slice(0, LONGEST)
}

/** Of a name with several addresses, and of a cluster, the error says nothing, and what it wraps says it all. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join("; ")
  if (!(error instanceof Error)) return String(error)
  const { lastNodeError } = error as { readonly lastNodeError?: unknown }
  return lastNodeError instanceof Error ? `${error.message} ${lastNodeError.message}` : error.message || error.name
}
