/** The door for watching a program over HTTP: its health, and its metrics for Prometheus. */
export type { WatchableClient } from "./metrics.js";
export { type HttpEndpoint, type HttpOptions, type HttpPaths, serveHttp } from "./serve-http.js";
