import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** They take longest. Whatever came last would run on alone. */
const FIRST = [
  "share/outbox",
  "journal/crash",
  "share/share",
  "agent/sharer",
  "web/page/page",
  "lab/crash",
  "lab/hostile-redis",
  "lab/crash-failover",
  "lab/congestion",
  "lab/restart",
  "lab/steadiness",
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => FIRST.some(name => moduleId.endsWith(`/test/${name}.test.ts`))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))]
  }
}

const PURE = ["core", "config", "cli", "docs"].map(directory => `test/${directory}/**/*.test.ts`)

/** The longest wait for servers and for processes that they kill; by default two processors would do one file at a time. */
const UNIT_WORKERS = 3

const common = { root: `${import.meta.dirname}/..`, environment: "node" }

/** `pure` and `unit` run anywhere; `lab` needs the private namespaces that src/lab/enter.ts makes. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...common,
          name: "pure",
          include: PURE,
          testTimeout: 60_000,
          maxWorkers: UNIT_WORKERS,
          // Nothing of theirs outlives a test, and to load the same modules anew for each file is half of their work.
          isolate: false,
        },
      },
      {
        test: {
          ...common,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/lab/**", ...PURE],
          // Long runs of chance take seconds, and more of them where other work is done beside.
          testTimeout: 60_000,
          maxWorkers: UNIT_WORKERS,
        },
      },
      {
        test: {
          ...common,
          name: "lab",
          include: ["test/lab/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // They mostly wait: more of them than processors run at once, yet not so many that they disturb one another's times.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
