import { defineConfig } from "vitest/config"

const common = { root: `${import.meta.dirname}/..`, environment: "node" }

/** `unit` runs anywhere; `lab` needs the private namespaces that src/lab/enter.ts makes. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/lab/**"],
          // Long runs of chance take seconds, and more of them where other work is done beside.
          testTimeout: 60_000,
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
