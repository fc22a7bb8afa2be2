/** A station of the fixture protocol that does as little as it may. */
import type { WeatherContract } from "./fixture-protocol.js";

/** What answers the commands of a station. */
export type StationHandlers = WeatherContract["handlers"]["station"];

/** The smallest answer to each. */
export const idle: StationHandlers = {
  measure: () => ({ celsius: 1 }),
  ping: () => ({ pong: true, station: "Oslo" }),
  calibrate: () => ({}),
  history: () => [],
  blink: () => undefined,
};
