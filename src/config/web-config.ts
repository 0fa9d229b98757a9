import type { WebConfig } from "../core/web-config.ts"
import type { Problem } from "./problems.ts"
import { revealed, variableOf, type Environment } from "./secret.ts"
import type { WebDocument } from "./web.ts"

/** The token asks for a variable that the environment does not have. */
export function tokenProblems(web: WebDocument | undefined, environment: Environment | null): Problem[] {
  if (environment === null || web?.token === undefined || revealed(web.token, environment) !== undefined) return []
  const variable = variableOf(web.token) ?? ""
  const message = `\${${variable}} is not set in the environment of this command; set it (a service: EnvironmentFile=), or remove token: the page then only shows`
  return [{ path: "web.token", message }]
}

/** A token that is needed has been found: see `tokenProblems`. */
export function webConfig({ listen, token, hosts }: WebDocument, environment: Environment): WebConfig {
  const text = token === undefined ? undefined : revealed(token, environment)
  return { listen, token: text === undefined ? null : () => text, hosts }
}
