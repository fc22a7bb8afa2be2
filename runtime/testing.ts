/** The door for tests: the same client and services, on a bus within the process. Nothing of them is imitated. */
export type { Incomplete } from "./complete.js";
export { createMemoryBroker, type MemoryBroker, type MemoryBrokerOptions } from "./memory.js";
export type { RecordedCommand } from "./recorder.js";
export { simulate } from "./simulate.js";
export { createTestBed, type EmitArguments, type TestBed, type TestBedOptions } from "./test-bed.js";
