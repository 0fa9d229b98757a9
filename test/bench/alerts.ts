/**
 * Whether an agent that is killed between an event and its alert loses one: as often as asked for, a cable is pulled and the
 * agent ended with SIGKILL up to 20 ms after the event is in its journal. Then the cable is put back and the agent started
 * again. A server of the internet must get, for every outage in the journal, that it began and that it ended, in order.
 * What was delivered but not yet noted as such is sent again; and what a killed agent had given to the kernel may reach the
 * server once the cable is back, after its copy. Run inside `src/lab/enter.ts`; the argument is the
 * number of kills (default 100).
 */
import { deepStrictEqual } from "node:assert"
import { argv } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { labConfig, startAgent } from "../../src/lab/agent.ts"
import { carrierBack, carrierLoss } from "../../src/lab/faults.ts"
import { buildLab } from "../../src/lab/lab.ts"
import { inboxUrl, startInbox } from "../lab/support/letters.ts"
import { kill } from "../lab/support/crash.ts"
import { journal, lastSeq, untilEvent, untilState } from "../lab/support/journal.ts"
import { until } from "../lab/support/rules.ts"
import { twoLinks } from "../lab/support/scene.ts"
import { printTable } from "./figures.ts"

const KILLS = Number(argv[2] ?? 100)
/** The kernel holds back the carrier of an interface that flaps, for a second or two. */
const PATIENCE = { withinMs: 30_000 }
const health = { upAfter: "1s", damping: { halfLife: "1s", suppress: 100 } }

const lab = await buildLab(twoLinks)
try {
  const letters = await startInbox(lab)
  const alerts = [{ name: "oncall", when: ["link.down"], to: { webhook: { url: inboxUrl(lab) } } }]
  const yaml = labConfig(lab, { top: { health, alerts } })
  const told = () => letters.map(({ id }) => id)

  const startUp = async (afterSeq: number) => {
    const agent = await startAgent(lab, yaml)
    const isUp = (link: string) =>
      untilEvent(agent, event => event.type === "link.state" && event.to === "up" && event.link === link, {
        ...PATIENCE,
        afterSeq,
      })
    await Promise.all([isUp("isp1"), isUp("isp2")])
    return agent
  }

  let agent = await startUp(0)
  const keys: string[] = []
  let early = 0
  for (let round = 0; round < KILLS; round++) {
    const down = untilState(agent, "isp1", "down", PATIENCE)
    await carrierLoss(lab, "isp1")
    const { seq } = await down
    const key = `evenkeel:lab:lab:link.down:isp1:ipv4:${seq}`
    keys.push(key)
    await sleep(((round * 17) % 41) / 2)
    await kill(agent)
    if (!told().includes(`${key}:opened`)) early += 1
    await carrierBack(lab, "isp1")
    agent = await startUp(lastSeq(agent))
    if ((round + 1) % 10 === 0) process.stdout.write(`${round + 1} of ${KILLS} kills\n`)
  }
  await until(() => Promise.resolve(told().includes(`${keys.at(-1) ?? ""}:resolved`)), 30_000)

  const outages = journal(agent).filter(event => event.type === "link.state" && event.to === "down")
  const ids = told()
  deepStrictEqual(
    [...new Set(ids)],
    keys.flatMap(key => [`${key}:opened`, `${key}:resolved`]),
  )
  const late = ids.filter((id, i) => ids.indexOf(id) < i - 1 && ids[i - 1] !== id).length
  printTable(
    `${KILLS} times SIGKILL between an event and its alert`,
    ["outages in the journal", "killed before the alert was out", "alerts lost", "copies", "of them late"],
    [[outages.length, early, 0, ids.length - 2 * keys.length, late].map(String)],
  )
} finally {
  await lab.dispose()
}
