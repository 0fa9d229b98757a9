import { execPath } from "node:process"
import { firstValueFrom, map, skip } from "rxjs"
import type { Lab } from "../../../src/lab/lab.ts"
import { program } from "../../../src/lab/paths.ts"

const PORT = 8080

export const inboxUrl = ({ server }: Lab) => `http://${server}:${PORT}/`

export interface Letter {
  /** Link that it came over. */
  readonly via: string | null
  readonly id: string
  readonly title: string
}

/** Letters so far, as a server of the internet got them. */
export async function startInbox(lab: Lab): Promise<readonly Letter[]> {
  const file = program("enter").replace("src/lab/enter", "test/lab/support/inbox")
  const { lines$ } = await lab.spawn("inet", execPath, [file, String(PORT)])
  await firstValueFrom(lines$)
  const letters: Letter[] = []
  const letter$ = lines$.pipe(
    skip(1),
    map(line => JSON.parse(line) as { from: string; body: string }),
  )
  letter$.subscribe(({ from, body }) => {
    const { id, title } = JSON.parse(body) as Letter
    letters.push({ via: lab.linkOf(from), id, title })
  })
  return letters
}
