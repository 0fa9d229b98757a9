import { z } from "zod"
import { CONDITIONS } from "../core/alerts/config.ts"
import { command, email, header, host, plainUrl, template } from "./alert-values.ts"
import { expected } from "./problems.ts"
import { secret } from "./secret.ts"
import { absolutePath, name } from "./strings.ts"
import { duration, list, mapping, oneOf, record, wholeNumber } from "./values.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const WEEK = 168 * HOUR
const LONGEST_PATH = 1024

const file = absolutePath(LONGEST_PATH)

/** A secret as it is written, or the file that holds it. */
const hidden = z.union([secret.transform(written => ({ written })), mapping({ file })], {
  error: () => "expected a text, ${NAME} for the environment's, or { file: PATH }",
})

const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/, { error: expected("a label: letters, digits, `_`") })
const labelValue = z.string({ error: expected("a text of at most 200 letters") }).max(200)

const webhook = mapping({
  url: hidden,
  secret: hidden.optional(),
  headers: record(header, hidden, "a mapping of headers to texts").default({}),
  template: template.optional(),
})

const pagerduty = mapping({
  routingKey: hidden,
  url: plainUrl.default("https://events.pagerduty.com/v2/enqueue"),
})

const alertmanager = mapping({
  url: plainUrl,
  username: name.optional(),
  password: hidden.optional(),
  labels: record(labelName, labelValue, "a mapping of labels to texts").default({}),
})

const ntfy = mapping({ url: plainUrl.default("https://ntfy.sh"), topic: hidden, token: hidden.optional() })

const mail = mapping({
  host,
  port: wholeNumber(1, 65_535).default(587),
  tls: oneOf("always", "starttls", "off").default("starttls"),
  ca: file.optional(),
  username: z
    .string({ error: expected("a user name") })
    .min(1)
    .max(200)
    .optional(),
  password: hidden.optional(),
  from: email,
  to: list(email, 1, 32, "addresses"),
})

const exec = mapping({ command, timeout: duration(100, 10 * MINUTE).default(30_000) })

/** Exactly one: see alert-rules.ts. */
const receiver = mapping(
  {
    webhook: webhook.optional(),
    slack: mapping({ url: hidden }).optional(),
    pagerduty: pagerduty.optional(),
    alertmanager: alertmanager.optional(),
    ntfy: ntfy.optional(),
    email: mail.optional(),
    exec: exec.optional(),
  },
  "a receiver, such as { pagerduty: { routingKey: … } }",
)

const alert = mapping(
  {
    name: name.describe("its name in `alerts list` and in the state directory; another name is another alert"),
    when: list(oneOf(...CONDITIONS), 1, CONDITIONS.length, "conditions").describe("what it tells of: docs/alerts.md"),
    links: list(name, 1, 64, "links").optional().describe("only of these links; without: of all"),
    for: duration(0, 24 * HOUR)
      .default(0)
      .describe("it must last this long before it is told"),
    repeat: duration(MINUTE, WEEK, "never")
      .default(4 * HOUR)
      .describe("told again after so long, while it lasts"),
    to: receiver.describe("exactly one receiver, with settings of its own: docs/alerts.md"),
  },
  "an alert: a mapping with name, when and to",
)

/** `alerts`: who is told of what. */
export const alerts = list(alert, 0, 32, "alerts")

export type AlertDocument = z.output<typeof alert>
