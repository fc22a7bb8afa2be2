/** The guide on durable events cannot lie: the permissions that it names are those that it takes. */
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { connect, hopeless, kryten, type ProtocolError } from "../generated/index.js";
import { startNatsServer } from "./support/nats-server.js";

const guide = await readFile("docs/guides/durable-events.md", "utf8");
const user = /```conf\n(.*?)```/s.exec(guide)?.[1] ?? expect.fail("the guide names no permissions");

test("a consumer with the permissions of the guide gets its events, and gives them up", async () => {
  vi.stubEnv("LEDGER_PASSWORD", "for-the-ledger");
  const configuration = `authorization { users: [{ user: robot, password: secret }\n${user}] }`;
  const server = await startNatsServer({ configuration });
  onTestFinished(server.stop);
  const errors: ProtocolError[] = [];
  const open = async (credentials: { user: string; pass: string }) => {
    const channels = ["lounge"];
    const client = await connect(kryten, {
      servers: server.url,
      channels,
      ...credentials,
      onError: (error) => errors.push(error),
    });
    onTestFinished(() => client.close());
    return client;
  };
  const robot = await open({ user: "robot", pass: "secret" });
  const letters: string[] = [];
  await robot.deadLetters("events", { name: "review" }, ({ message }) => void letters.push(message));
  const chat = { username: "alice", msg: "one", meta: {}, time: 1 };
  await robot.publishDurable("chatMsg", chat);

  const ledger = await open({ user: "ledger", pass: "for-the-ledger" });
  const seen: string[] = [];
  await ledger.durable("chatMsg", { name: "ledger", start: "beginning" }, ({ payload }) => {
    seen.push(payload.msg);
    if (payload.msg === "two") throw hopeless("enough");
  });
  await robot.publishDurable("chatMsg", { ...chat, msg: "two" });
  await vi.waitFor(() => expect(letters).toEqual(["enough"]), { timeout: 10_000 });
  expect(seen).toEqual(["one", "two"]);
  await ledger.drain();

  // The same name for other events: the consumer is made anew.
  const again = await open({ user: "ledger", pass: "for-the-ledger" });
  await again.durable(["chatMsg", "usercount"], { name: "ledger" }, ({ name }) => void seen.push(name));
  await robot.publishDurable("usercount", 3);
  await vi.waitFor(() => expect(seen).toEqual(["one", "two", "usercount"]), { timeout: 10_000 });
  await expect(again.publishDurable("usercount", 1)).rejects.toMatchObject({
    code: expect.stringMatching(/failed|timeout/),
  });
  await vi.waitFor(() => expect(errors.map(({ code }) => code)).toEqual(["connection_failed"]));
});
