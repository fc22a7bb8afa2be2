/** Ports for servers that must know each other's before they start. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** So many ports of the loopback interface that nothing listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const holders = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(holders.map((holder) => once(holder, "listening")));
  const ports = holders.map((holder) => (holder.address() as AddressInfo).port);
  await Promise.all(holders.map((holder) => once(holder.close(), "close")));
  return ports;
}
