/** Imports point one way; every rule carries its reason. */
const edges = "probes|src/(system|journal|share|alerts|web|config|control)"

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "A cycle means that two files are one idea, or that one idea is in the wrong file.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "core-is-pure",
      comment: "core is synchronous arithmetic on plain data: it can be tested with no clock, network or kernel.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { pathNot: "^src/core/" },
    },
    {
      name: "streams-know-only-core",
      comment: "streams arrange core in time; effects are handed to them, so that virtual time can run them.",
      severity: "error",
      from: { path: "^src/streams/" },
      to: { pathNot: ["^src/(streams|core)/", "^node_modules/rxjs/"] },
    },
    {
      name: "siblings-are-strangers",
      comment: "Each edge serves core alone; main and cli are where edges meet.",
      severity: "error",
      from: { path: `^(${edges})/` },
      to: { path: `^(${edges})/`, pathNot: "^$1/" },
    },
    {
      name: "page-runs-in-browsers",
      comment: "The page is built for browsers: nothing of Node, and nothing of the server but shapes in core.",
      severity: "error",
      from: { path: "^src/web/page/" },
      to: { pathNot: "^src/(core|web/page)/|^node_modules/uplot/" },
    },
    {
      name: "nobody-imports-the-page",
      comment: "The server hands its built files out; it has no use for their code.",
      severity: "error",
      from: { path: "^(src|probes)/", pathNot: "^src/web/page/" },
      to: { path: "^src/web/page/" },
    },
    {
      name: "files-is-a-leaf",
      comment: "What every edge that keeps files shares; it knows nothing of what is in them.",
      severity: "error",
      from: { path: "^src/files/" },
      to: { path: "^(src|probes)/", pathNot: "^src/files/" },
    },
    {
      name: "lab-is-for-people-and-tests",
      comment: "Nothing that runs on a router unattended may depend on the lab; only cli (demo, rehearse) opens it.",
      severity: "error",
      from: { path: "^(probes|src)/", pathNot: "^src/(lab|cli)/" },
      to: { path: "^src/lab/" },
    },
    {
      name: "edges-do-not-steer",
      comment: "Only main and cli compose streams and edges.",
      severity: "error",
      from: { path: `^(${edges}|src/lab)/` },
      to: { path: "^src/(streams|cli)/|^src/main" },
    },
    {
      name: "one-door-to-processes",
      comment:
        "src/system/run.ts is the only place that starts a program of the router's: no shell, a time limit, one error shape.",
      severity: "error",
      from: { path: "^(src|probes)/", pathNot: "^src/system/run" },
      to: { path: "^node_modules/execa/|^(node:)?child_process$" },
    },
    {
      name: "nothing-of-tests-in-the-program",
      comment: "What ships must not lean on test code.",
      severity: "error",
      from: { path: "^(src|probes)/" },
      to: { path: "^test/" },
    },
    {
      name: "no-undeclared-package",
      comment: "Everything imported is named and pinned in package.json.",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown", "undetermined"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
}
