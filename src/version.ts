import { createRequire } from "node:module"
import { z } from "zod"

/** By the package's own name, so that it is found from the sources and from the built program alike. */
const packageJson: unknown = createRequire(import.meta.url)("evenkeel/package.json")

export const { version } = z.object({ version: z.string() }).parse(packageJson)
