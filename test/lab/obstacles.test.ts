import { describe, expect, test } from "vitest"
import { explainRefusal } from "../../src/lab/obstacles.ts"

const values = (found: Record<string, string>) => (file: string) =>
  Promise.resolve(found[file.split("/").at(-1) ?? ""] ?? null)

describe("an explanation of refused namespaces", () => {
  test.each([
    ["max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=10000"],
    ["unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"],
    ["apparmor_restrict_unprivileged_userns", "1", "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"],
  ])("names %s when it is %s, and the command that mends it", async (name, value, command) => {
    const text = await explainRefusal("unshare: unshare failed", values({ [name]: value }))
    expect(text).toContain(`${name} is ${value}; mend it with: ${command}`)
    expect(text).toContain("as root")
  })

  test("repeats what the system said and blames no setting that is in order", async () => {
    const text = await explainRefusal("unshare: Operation not permitted", values({ max_user_namespaces: "9999" }))
    expect(text).toContain("  unshare: Operation not permitted")
    expect(text).not.toContain("sysctl")
    expect(text).toContain("Run the same command as root.")
  })
})
