import type { Checkup } from "./diagnose/checkup.ts"
import type { Finding } from "./diagnose/finding.ts"
import { diagnoseHost } from "./diagnose/host.ts"
import { diagnoseLinks } from "./diagnose/links.ts"
import { diagnoseMarks } from "./diagnose/marks.ts"
import { diagnoseOffload } from "./diagnose/offload.ts"
import { diagnoseOthers } from "./diagnose/others.ts"
import { diagnosePolicy } from "./diagnose/policy.ts"
import { diagnoseTools } from "./diagnose/tools.ts"

/** Every finding, from what nothing works without to what only wants watching. */
export function diagnose(checkup: Checkup): readonly Finding[] {
  const looks = [
    diagnoseTools,
    diagnoseHost,
    diagnoseOthers,
    diagnoseLinks,
    diagnosePolicy,
    diagnoseMarks,
    diagnoseOffload,
  ]
  return looks.flatMap(look => look(checkup))
}
