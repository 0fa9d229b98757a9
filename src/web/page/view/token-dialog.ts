import { api } from "../api.ts"
import { el } from "../dom.ts"
import { token } from "../token.ts"
import { field, openDialog } from "./dialog.ts"

/** The token is kept only once the router has taken it. */
export function askToken(): void {
  const input = el("input", { type: "password", required: "", autocomplete: "off", spellcheck: "false" })
  openDialog({
    title: "Steer this router",
    body: [
      el("p", {
        text: "With its token (web.token in the configuration) links can be drained and weighed from here. It is kept until this tab is closed.",
      }),
      field("Token", input),
    ],
    action: "Use token",
    act: async () => {
      const { canSteer } = await api.session(input.value)
      if (!canSteer) throw new Error("The router has no token: set web.token in its configuration.")
      token.keep(input.value)
    },
  })
}
