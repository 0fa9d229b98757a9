import { format, resolveConfig } from "prettier"
import { editorSchema } from "./json-schema.ts"
import { reference } from "./reference.ts"

const ROOT = new URL("../../", import.meta.url)

/** What `npm run docs` writes: texts by their path below the project. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const options = await resolveConfig(new URL("package.json", ROOT))
  const formatted = (text: string, parser: string) => format(text, { ...options, parser })
  return new Map([
    ["docs/configuration.md", await formatted(reference(), "markdown")],
    ["docs/evenkeel.schema.json", await formatted(JSON.stringify(editorSchema()), "json")],
  ])
}
