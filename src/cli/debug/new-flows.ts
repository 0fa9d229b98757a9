import { filter, from, map, merge, mergeMap, type Observable } from "rxjs"
import { givenFlow, type GivenFlow } from "../../core/debug/new-flow.ts"
import { conntrackArgs, type Selection } from "../../core/debug/selection.ts"
import { familyName, type FamilyConfig } from "../../core/family.ts"
import { readInterfaces } from "../../system/interfaces.ts"
import { newConnections } from "../../system/listen.ts"

/** New flows of these families as they are given to links, one listener each. */
export function newFlows(views: readonly FamilyConfig[], selection: Selection): Observable<GivenFlow> {
  return merge(...views.map(view => flowsOfFamily(view, selection)))
}

function flowsOfFamily(view: FamilyConfig, selection: Selection): Observable<GivenFlow> {
  const words = ["-f", familyName(view.family), ...conntrackArgs(selection, view.family)]
  return from(ownAddresses(view)).pipe(
    mergeMap(own => newConnections(words).pipe(map(line => givenFlow(line, view, own)))),
    filter(given => given !== null),
  )
}

async function ownAddresses({ family }: FamilyConfig): Promise<readonly string[]> {
  return (await readInterfaces(family)).flatMap(({ addresses }) => addresses.map(({ address }) => address))
}
