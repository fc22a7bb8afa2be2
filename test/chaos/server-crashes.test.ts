/** A server that is killed and started again, again and again, while everything is in use. */
import { expect, it, onTestFinished } from "vitest";
import { startNatsServer } from "../support/nats-server.js";
import { startProgram } from "../support/program.js";
import { sizeOf } from "./size.js";
import { endsOf } from "./traffic.js";

const crashes = sizeOf("CRASHES", { usual: 3, full: 20 });

it("costs what was on its way, and nothing else", async ({ annotate }) => {
  const server = await startNatsServer();
  onTestFinished(server.stop);
  const program = startProgram("test/chaos/programs/traffic.ts", server.url);
  await program.says((said) => expect(said).toContain("ready"));
  for (let crash = 1; crash <= crashes; crash += 1) {
    await server.crash();
    await server.restart();
    await program.says((said) => expect(said).toContainEqual(expect.objectContaining({ back: crash })));
  }
  const ends = await endsOf(program);
  await annotate(
    `A server was killed ${crashes} times under traffic. Events, requests, commands, heartbeats, the registry, discovery, ` +
      `state and its watches came back each time. ${ends}`,
  );
});
