/** Installs the published programs that tests run against, each in an environment of its own. */
import { execFileSync } from "node:child_process";

/** How long it may take, in ms: the packages come from the registry. */
export const patience = 600_000;

/** Does nothing when they are installed. Throws when they cannot be had. */
export function makePeers(): void {
  execFileSync("test/support/make-peers.sh", { stdio: ["ignore", "ignore", "inherit"] });
}
