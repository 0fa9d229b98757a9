import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { hiddenPlace, installSteps, MARK, uninstallSteps, unitText } from "../../../src/cli/install/plan.ts"
import { stepText } from "../../../src/cli/install/step.ts"

const unit = readFileSync("packaging/evenkeel.service", "utf8")
const shipped = { unit, example: "lan: []\n", command: ["/usr/bin/node", "/opt/evenkeel/dist/src/main.js"] } as const
const NOTHING = { hasUser: false, hasGroup: false, hasConfig: false, unit: null }
const ALL = { hasUser: true, hasGroup: true, hasConfig: true, unit: MARK }

test("a fresh system gets the user, the directories, an example and the unit, in this order", () => {
  expect(installSteps(NOTHING, shipped).map(stepText)).toEqual([
    "groupadd --system evenkeel",
    "useradd --system --gid evenkeel --no-create-home --home-dir /var/lib/evenkeel --shell /usr/sbin/nologin evenkeel",
    "install -d -o root -g root -m 0755 /etc/evenkeel",
    "install -d -o evenkeel -g evenkeel -m 0750 /var/lib/evenkeel",
    "write /etc/evenkeel/evenkeel.yaml.example",
    "write /etc/systemd/system/evenkeel.service",
    "systemctl daemon-reload",
  ])
})

test("done again it makes no second user, and leaves a configuration alone", () => {
  expect(installSteps(ALL, shipped).map(stepText)).toEqual([
    "install -d -o root -g root -m 0755 /etc/evenkeel",
    "install -d -o evenkeel -g evenkeel -m 0750 /var/lib/evenkeel",
    "write /etc/systemd/system/evenkeel.service",
    "systemctl daemon-reload",
  ])
})

test("a group that a purge left, for operators are in it, is taken over", () => {
  const [first] = installSteps({ ...NOTHING, hasGroup: true }, shipped).map(stepText)
  expect(first).toMatch(/^useradd .* --gid evenkeel /)
})

test("the unit is the shipped one, with the command of this program, and says whose it is", () => {
  const lines = unitText(shipped).split("\n")
  expect(lines[0]).toBe(MARK)
  expect(lines.filter(line => line.startsWith("ExecStart="))).toEqual([
    'ExecStart="/usr/bin/node" "/opt/evenkeel/dist/src/main.js" run --last-good',
  ])
  expect(lines.slice(1).filter(line => !line.startsWith("ExecStart="))).toEqual(
    unit.split("\n").filter(line => !line.startsWith("ExecStart=")),
  )
})

test("nothing in a path is a specifier, a variable or the end of a word to systemd", () => {
  const command = ["/opt/a b/node", '/opt/50%$HOME"\\/main.js'] as const
  expect(unitText({ ...shipped, command })).toContain(
    'ExecStart="/opt/a b/node" "/opt/50%%$$HOME\\"\\\\/main.js" run --last-good\n',
  )
})

test("a unit that starts something else is not bent", () => {
  expect(() => unitText({ ...shipped, unit: "[Service]\nExecStart=/bin/true\n" })).toThrow("starts something else")
})

test("uninstall takes the service away and keeps what was configured and learned", () => {
  expect(uninstallSteps(ALL, false).map(stepText)).toEqual([
    "systemctl disable --now evenkeel",
    "rm -rf /etc/systemd/system/evenkeel.service",
    "systemctl daemon-reload",
  ])
  expect(uninstallSteps(NOTHING, false)).toEqual([])
})

test("purge takes that, too", () => {
  expect(uninstallSteps(ALL, true).map(stepText).slice(3)).toEqual([
    "rm -rf /etc/evenkeel",
    "rm -rf /var/lib/evenkeel",
    "userdel evenkeel",
  ])
  expect(
    uninstallSteps({ ...NOTHING, hasUser: true }, true)
      .map(stepText)
      .at(-1),
  ).toBe("userdel evenkeel")
})

test.each([
  ["/home/ada/evenkeel/dist/src/main.js", true],
  ["/root/.nvm/versions/node/v20/bin/node", true],
  ["/tmp/evenkeel/main.js", true],
  ["/opt/home/evenkeel/main.js", false],
  ["/usr/bin/node", false],
])("%s is hidden from the service: %s", (path, isHidden) => {
  expect(hiddenPlace([path])).toBe(isHidden ? path : null)
})
