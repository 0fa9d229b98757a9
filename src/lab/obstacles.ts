import { readFile } from "node:fs/promises"

interface Setting {
  readonly file: string
  readonly forbids: string
  readonly mend: string
}

/** The kernel's and the distributions' switches against namespaces of ordinary users (user_namespaces(7)). */
const settings: readonly Setting[] = [
  { file: "/proc/sys/user/max_user_namespaces", forbids: "0", mend: "user.max_user_namespaces=10000" },
  { file: "/proc/sys/kernel/unprivileged_userns_clone", forbids: "0", mend: "kernel.unprivileged_userns_clone=1" },
  {
    file: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    forbids: "1",
    mend: "kernel.apparmor_restrict_unprivileged_userns=0",
  },
]

/** A file that is missing is a switch that this kernel does not have. */
async function valueOf(file: string): Promise<string | null> {
  return readFile(file, "utf8").then(
    text => text.trim(),
    () => null,
  )
}

/**
 * Why private namespaces were refused, for the person at the terminal.
 * @param refusal what the failed attempt said.
 */
export async function explainRefusal(refusal: string, read = valueOf): Promise<string> {
  const found = await Promise.all(settings.map(async setting => ({ ...setting, value: await read(setting.file) })))
  const culprits = found.filter(({ value, forbids }) => value === forbids)
  return [
    "The lab needs private network namespaces, and this system refuses them:",
    refusal.trim().replace(/^/gm, "  "),
    ...culprits.map(({ mend, file, value }) => `${file} is ${value ?? ""}; mend it with: sudo sysctl -w ${mend}`),
    culprits.length > 0 ? "Or run the same command as root." : "Run the same command as root.",
  ].join("\n")
}
