import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/cases/**", "node_modules/**"],
    setupFiles: ["test/support/patience.ts"],
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default", "json"],
    outputFile: { json: ".cache/test-results.json" },
  },
  resolve: {
    // Golden output and the examples name the package as a user's code does.
    alias: [
      { find: /^kryten-sdk$/, replacement: source("generated/index.ts") },
      { find: "kryten-sdk/kryten", replacement: source("generated/kryten/index.ts") },
      { find: "kryten-sdk/config", replacement: source("runtime/config/index.ts") },
      { find: "kryten-sdk/http", replacement: source("runtime/http/index.ts") },
      { find: "kryten-sdk/internal", replacement: source("runtime/internal.ts") },
      { find: "kryten-sdk/runtime", replacement: source("runtime/index.ts") },
      { find: "kryten-sdk/testing", replacement: source("runtime/testing.ts") },
    ],
  },
});
