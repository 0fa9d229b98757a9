import eslint from "@eslint/js"
import rxjs from "eslint-plugin-rxjs-x"
import tseslint from "typescript-eslint"

export default tseslint.config(
  { ignores: ["dist/", "node_modules/"] },
  {
    files: ["**/*.ts"],
    extends: [eslint.configs.recommended, tseslint.configs.strictTypeChecked, rxjs.configs.recommended],
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.json", "./.config/page.tsconfig.json"],
        tsconfigRootDir: `${import.meta.dirname}/..`,
      },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "rxjs-x/no-exposed-subjects": "error",
      "rxjs-x/no-nested-subscribe": "error",
    },
  },
  { files: ["test/**/*.ts"], rules: { "max-lines-per-function": "off" } },
)
