/** The rest is no program's business: tokens, passwords, and sd_notify(3)'s NOTIFY_SOCKET. */
const HANDED_ON = ["PATH", "HOME", "TZ"] as const

/** What programs get of this process's environment. */
export function handedOn(): Record<string, string> {
  return Object.fromEntries(
    HANDED_ON.flatMap(name => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
