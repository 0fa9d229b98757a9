import type { CommandModule } from "yargs"
import { readKept } from "../../alerts/state-file.ts"
import type { Config } from "../../core/config.ts"
import { openScreen } from "../format.ts"
import { readConfigWithoutSets, withJson, type Options, type PrintOptions } from "../options.ts"
import { alertsText, type AlertStatus } from "../alerts-text.ts"

/** From what is on disk: it needs no agent, and tells what waits also when none runs. */
export const list: CommandModule<Options, PrintOptions> = {
  command: "list",
  describe: "every alert: what is open, what waits, and how delivering goes",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfigWithoutSets(file)
    const screen = openScreen()
    const found = await statuses(config)
    screen.print(json ? JSON.stringify(found) : alertsText(found, screen.colors, Date.now()))
  },
}

async function statuses({ alerts, stateDir }: Config): Promise<readonly AlertStatus[]> {
  const read = alerts.map(async ({ name, when, links, to }): Promise<AlertStatus> => {
    const kept = await readKept(stateDir, name)
    return {
      name,
      receiver: to.kind,
      when,
      links,
      open:
        kept?.state.incidents.map(({ key, condition, link, family, peer, since, told }) => {
          return { key, condition, link, family, peer, since, told: told > 0 }
        }) ?? [],
      pending: kept?.state.queue.map(({ id, kind, title, time }) => ({ id, kind, title, time })) ?? [],
      sent: kept?.delivery.sent ?? 0,
      last: kept?.delivery.last ?? null,
      trouble: kept?.delivery.trouble ?? null,
      seq: kept?.state.cursor?.seq ?? null,
    }
  })
  return Promise.all(read)
}
