/** @throws the only error, or one that says what all of them say. */
export function failTogether(errors: readonly unknown[]): void {
  if (errors.length === 0) return
  if (errors.length === 1) throw errors[0]
  throw new AggregateError(errors, errors.map(messageOf).join("\n"))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
