import { execa } from "execa"

const NAME = "helper"
const PASSWORD = "helper"

/** A user of the tests' own on every server: so they get in whatever the others may do. */
export const helperUser = `user ${NAME} on >${PASSWORD} ~* &* +@all`

/** Text as redis-cli prints it. @throws when the server answers with an error, or not in time. */
export async function redisCli(socketPath: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execa("redis-cli", ["-e", "-s", socketPath, "--user", NAME, ...args], {
    stdin: "ignore",
    env: { REDISCLI_AUTH: PASSWORD },
    timeout: 10_000,
    killSignal: "SIGKILL",
  })
  return stdout
}
