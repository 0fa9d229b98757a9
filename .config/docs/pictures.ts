import { writeFile } from "node:fs/promises"
import { demoLines, excerpt } from "./demo.ts"
import { outage } from "./outage.ts"
import { outagePlot } from "./outage-plot.ts"
import { terminal } from "./terminal.ts"

/** Pictures of the real program: to be run in a lab's namespaces (src/lab/enter.ts). */
const pictures = {
  "docs/demo.svg": async () => terminal(excerpt(await demoLines()), "npm run demo: the first outage, and the summary"),
  "docs/outage.svg": async () =>
    outagePlot(
      await outage(),
      "New connections a second while a provider falls silent and comes back, default settings",
    ),
}

for (const [path, draw] of Object.entries(pictures)) {
  await writeFile(path, await draw())
  console.log(path)
}
