import { afterAll, afterEach, describe, expect, it } from "vitest";
import { kryten } from "../../generated/kryten/messages.js";
import { sampleContextLogMessage } from "../../generated/kryten/samples.js";
import { createClient } from "../../runtime/client/client.js";
import { createMemoryBroker } from "../../runtime/memory/broker.js";
import { encode } from "../../runtime/protocol/codec.js";
import { inEachDialect } from "../support/dialect.js";

// Messages whose form is unlike that of their neighbours, as services send them.
inEachDialect(kryten, ({ protocol, spelled }) => {
  const broker = createMemoryBroker();
  const service = broker.connect();
  const client = createClient(protocol, broker.connect(), { channels: ["lounge", "movies"] });
  const { llm, robot } = client.channel("lounge");
  const endings: (() => void)[] = [];

  afterEach(() => {
    for (const end of endings.splice(0)) end();
  });

  afterAll(() => client.close());

  function answer(subject: string, body: object): void {
    const subscription = service.subscribe(spelled(subject), ({ respond }) => respond?.(encode(body)));
    endings.push(() => subscription.unsubscribe());
  }

  describe("a reload that failed", () => {
    it("of the bot is thrown with the text that stands in `message`", async () => {
      const errors = ["Configuration file not found: config.json"];
      const data = { success: false, message: "Configuration file not found", changes: {}, warnings: [], errors };
      answer("kryten.llm.command", { service: "llm", command: "system.reload", success: true, data });

      await expect(llm.reload()).rejects.toMatchObject({
        code: "command_failed",
        rawMessage: "Configuration file not found",
        serviceCode: "reload_failed",
        details: { errors },
      });
    });

    it("of the robot is, too, and one that worked is a result", async () => {
      const failed = { success: false, message: "Configuration validation failed", changes: {}, errors: ["no"] };
      answer("kryten.robot.command", { service: "robot", command: "system.reload", success: true, data: failed });
      await expect(robot.reloadConfig()).rejects.toMatchObject({ serviceCode: "reload_refused" });
      for (const end of endings.splice(0)) end();

      const worked = { success: true, message: "Configuration reloaded successfully", changes: {}, errors: [] };
      answer("kryten.robot.command", { service: "robot", command: "system.reload", success: true, data: worked });
      await expect(robot.reloadConfig()).resolves.toMatchObject({ message: worked.message, changes: {} });
    });
  });

  it("the bot's live log arrives without an envelope, once, however many channels there are", async () => {
    const entry = sampleContextLogMessage();
    const received: unknown[] = [];
    const registration = client.onLifecycle("contextLog", ({ payload }) => received.push(payload));
    endings.push(() => registration.stop());

    service.publish(spelled("kryten.llm.context.log"), encode(entry));
    await service.flush();
    await client.settled();

    expect(received).toEqual([entry]);
  });
});
