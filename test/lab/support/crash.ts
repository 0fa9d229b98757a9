import { setTimeout as sleep } from "node:timers/promises"
import { expect } from "vitest"
import { startAgent, type LabAgent } from "../../../src/lab/agent.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import { journal, untilEvent } from "./journal.ts"
import { completeSets, ours, type Look } from "./looks.ts"
import { rules } from "./rules.ts"

export const between = (least: number, most: number) => least + Math.random() * (most - least)

/** Of the lab's journal, whichever agent wrote it. */
export const journalOf = (lab: Lab) => ({ stateDir: `${lab.dir}/state` })

/** Starts an agent; resolves when a link has answered. */
export async function startToRest(lab: Lab, yaml: string, afterSeq: number): Promise<LabAgent> {
  const agent = await startAgent(lab, yaml)
  await untilEvent(agent, event => event.type === "link.state" && event.family === agent.family && event.to === "up", {
    afterSeq,
  })
  return agent
}

export async function kill({ child }: LabAgent): Promise<void> {
  child.kill("SIGKILL")
  await child.exited
}

/** Every look found all chains, each whole. */
export function expectComplete({ family }: Lab, looks: readonly Look[], yamls: readonly string[]): void {
  const sets = yamls.flatMap(yaml => completeSets(yaml, family))
  const found = [...new Set(looks.map(({ text }) => ours(text)))]
  expect(found.filter(set => set === null || !sets.includes(set))).toEqual([])
  expect(looks.length).toBeGreaterThan(100)
}

/** A last start agrees with the kernel, and the journal has no gap. */
export async function expectAgreement(lab: Lab, yaml: string): Promise<void> {
  const agent = await startToRest(lab, yaml, journal(journalOf(lab)).length)
  await sleep(1_500)
  expect(completeSets(yaml, lab.family)).toContain(ours(await rules(lab)))
  const seqs = journal(agent).map(event => event.seq)
  expect(seqs).toEqual(seqs.map((_, i) => i + 1))
}
