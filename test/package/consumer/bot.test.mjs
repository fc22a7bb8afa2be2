// A consumer's test, written with the package's own test bed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kryten } from "kryten-sdk";
import { createTestBed } from "kryten-sdk/testing";
import { answer } from "./out/bot.js";

test("the bot answers a ping", async () => {
  const bed = await createTestBed(kryten, { channels: ["lounge"] });
  answer(bed.client);
  await bed.emit("chatMsg", "lounge", { username: "alice", msg: "!ping" });
  await bed.settled();
  assert.deepEqual(
    bed.commands("robot").map(({ command, args }) => ({ command, args })),
    [{ command: "say", args: { message: "pong" } }],
  );
  await bed.close();
});
