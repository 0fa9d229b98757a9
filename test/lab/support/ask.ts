import { lastValueFrom, toArray } from "rxjs"
import { probe, type Limits, type Pin } from "../../../probes/index.ts"
import type { ProbeSpec } from "../../../src/core/probe-spec.ts"

/** A process of its own that sends one probe and prints what came of it: for what a process decides when it starts. */
const [pin, spec, limits] = process.argv.slice(2).map(text => JSON.parse(text) as unknown) as [Pin, ProbeSpec, Limits]
const outcomes = await lastValueFrom(probe(pin, spec, limits).pipe(toArray()))
process.stdout.write(`${JSON.stringify(outcomes)}\n`)
