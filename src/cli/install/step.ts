/** One thing that `install` or `uninstall` does to the system. Files and programs are named in full. */
export type Step =
  | { readonly kind: "run"; readonly file: string; readonly args: readonly string[] }
  /** A directory with owner and group `owner`, for nobody else to write. */
  | { readonly kind: "directory"; readonly path: string; readonly owner: string; readonly mode: string }
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  | { readonly kind: "remove"; readonly path: string }

/** As a person would do it by hand. */
export function stepText(step: Step): string {
  switch (step.kind) {
    case "run":
      return [step.file, ...step.args].join(" ")
    case "directory":
      return `install -d -o ${step.owner} -g ${step.owner} -m ${step.mode} ${step.path}`
    case "write":
      return `write ${step.path}`
    case "remove":
      return `rm -rf ${step.path}`
  }
}
