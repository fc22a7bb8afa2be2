/** The same tests in full, one after the other, each telling in sentences what it did. */
import { defineConfig, mergeConfig } from "vitest/config";
import usual from "../../vitest.config.js";

export default mergeConfig(
  usual,
  defineConfig({
    test: {
      env: { CHAOS: "full" },
      fileParallelism: false,
      testTimeout: 3_600_000,
      reporters: [{ onTestCaseAnnotate: (_, { message }) => void process.stdout.write(`  ${message}\n`) }],
    },
  }),
);
