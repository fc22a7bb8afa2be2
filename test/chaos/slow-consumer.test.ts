/** A program that is stopped for a while, and what was sent to it meanwhile. */
import { expect, it, onTestFinished, vi } from "vitest";
import { createClient } from "../../runtime/client/client.js";
import { connectNats } from "../../runtime/nats/connection.js";
import { weather } from "../runtime/fixture-protocol.js";
import { startNatsServer } from "../support/nats-server.js";
import { startProgram } from "../support/program.js";
import { sizeOf } from "./size.js";

const pauses = sizeOf("PAUSES", { usual: 1, full: 5 });
const patience = { timeout: 60_000, interval: 50 };

it("is dropped by the server, says why, and is back when it goes on", { timeout: 600_000 }, async ({ annotate }) => {
  const server = await startNatsServer({ jetStream: false, configuration: 'write_deadline: "2500ms"' });
  onTestFinished(server.stop);
  const program = startProgram("test/chaos/programs/listener.ts", server.url);
  await program.says((said) => expect(said).toEqual(["ready"]));
  const telling = createClient(weather, await connectNats({ servers: server.url }), { channels: ["Oslo"] });
  onTestFinished(() => telling.close());

  let sent = 0;
  const load = { celsius: 1, sensor: "x".repeat(100_000) };
  for (let pause = 1; pause <= pauses; pause += 1) {
    const before = program.said.length;
    const dropped = () => server.log().split("Slow Consumer Detected").length - 1;
    const droppedBefore = dropped();
    program.signal("SIGSTOP");
    await vi.waitFor(async () => {
      for (let count = 0; count < 20; count += 1) telling.publish("reading", load);
      sent += 20;
      await telling.flush();
      expect(dropped()).toBeGreaterThan(droppedBefore);
    }, patience);
    program.signal("SIGCONT");
    await program.says((said) => {
      telling.publish("reading", { celsius: -pause });
      const since = said.slice(before);
      expect(since).toContain("reconnected");
      expect(since).toContainEqual({ heard: -pause });
      const told = since.find((each) => (each as { code?: string }).code === "slow_consumer");
      expect(told).toMatchObject({
        rawMessage: expect.stringMatching(
          /^the connection was lost after this program had read nothing for [0-9.]+ s: /,
        ),
      });
    });
    await vi.waitFor(() => telling.channel("Oslo").station.ping(), patience);
  }
  program.signal("SIGTERM");
  expect(await program.ended()).toEqual({ status: 0, complaints: "" });
  await annotate(
    `A program was stopped ${pauses} times while ${sent} events of 100 kB were sent to it. Each time the server dropped it as ` +
      "a slow consumer, it reported `slow_consumer` when it went on, and its subscription and its service were back.",
  );
});
