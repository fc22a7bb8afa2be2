/** How long tests wait for what they expect to happen: the machine may be busy. A second, as vitest has it, is not enough. */
import { vi } from "vitest";

const timeout = 20_000;
const waitFor = vi.waitFor;

vi.waitFor = (check, options) => waitFor(check, typeof options === "number" ? options : { timeout, ...options });
