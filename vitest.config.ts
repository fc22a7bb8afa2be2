import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/cases/**", "node_modules/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default", "json"],
    outputFile: { json: ".cache/test-results.json" },
  },
  resolve: {
    // Golden output names the package as a user's generated code does.
    alias: {
      "kryten-sdk/config": source("runtime/config/index.ts"),
      "kryten-sdk/http": source("runtime/http/index.ts"),
      "kryten-sdk/internal": source("runtime/internal.ts"),
      "kryten-sdk/runtime": source("runtime/index.ts"),
    },
  },
});
