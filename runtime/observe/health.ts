/** How a client is. */

/** How a client is, at one moment. It holds nothing secret. */
export interface Health<Counts = unknown> {
  /**
   * - `healthy`: it can do its work
   * - `degraded`: it has no connection, and tries to get one
   * - `stopping`: it takes nothing more, or is closed
   */
  readonly status: "healthy" | "degraded" | "stopping";
  readonly connected: boolean;
  /** Since the client was made, in s. */
  readonly uptime: number;
  /** What the program calls itself, if anything. */
  readonly service: { readonly name: string; readonly version: string; readonly instance: string } | undefined;
  /** What it speaks. */
  readonly protocol: { readonly name: string; readonly version: string; readonly hash: string };
  readonly counts: Counts;
}
