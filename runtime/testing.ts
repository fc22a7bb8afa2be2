/** The door for tests: the same client and services, on a bus within the process. Nothing of them is imitated. */

export { createMemoryBroker, type MemoryBroker, type MemoryBrokerOptions } from "./memory/broker.js";
export type { Incomplete } from "./testing/complete.js";
export type { RecordedCommand } from "./testing/recorder.js";
export { simulate } from "./testing/simulate.js";
export { createTestBed, type EmitArguments, type TestBed, type TestBedOptions } from "./testing/test-bed.js";
