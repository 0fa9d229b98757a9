/** Ctrl-C, or a stop from outside, is how one ends what goes on for ever: no failure. */
export function interrupted(): AbortSignal {
  const abort = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      abort.abort()
    })
  return abort.signal
}
