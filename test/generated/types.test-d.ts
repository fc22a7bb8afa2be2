/** What must compile, and what must not. The compiler is the test: an expected error that does not come is an error. */
import type { Client, KrytenContract } from "../../generated/index.js";
import {
  addUser,
  type ChatMsgEvent,
  chatMsg,
  type KrytenEvents,
  krytenAddress,
  krytenDialects,
  krytenEnvelopes,
  krytenTokens,
  type RobotHandlers,
  robotSay,
  type User,
} from "../../generated/kryten/index.js";
import { isUser } from "../../generated/kryten/validators.js";
import type { Protocol } from "../../runtime/index.js";

declare const client: Client<KrytenContract>;
const lounge = client.channel("lounge");

export function events(): void {
  client.on("chatMsg", ({ payload, address }) => {
    const text: string = payload.msg;
    // @ts-expect-error: the field is called msg
    payload.message;
    // @ts-expect-error: a time is a number
    const time: string = payload.time;
    return [text, time, address.channel];
  });
  client.on(addUser, ({ payload }) => payload.meta.afk);
  // @ts-expect-error: there is no such event
  client.on("chatMessage", () => undefined);
  // @ts-expect-error: the payload is not complete
  lounge.publish("chatMsg", { username: "alice", msg: "hi" });
  // @ts-expect-error: a count is a number
  lounge.publish("usercount", "6");
}

export async function commands(): Promise<void> {
  await lounge.robot.sendChat({ message: "hi" }, { timeout: 1_000 });
  // @ts-expect-error: the argument is called message
  await lounge.robot.sendChat({ text: "hi" });
  // @ts-expect-error: the message is missing
  await lounge.robot.sendChat({});
  // @ts-expect-error: it takes arguments
  await lounge.robot.sendChat();
  // @ts-expect-error: there is no such method
  await lounge.robot.sendChats({ message: "hi" });
  // @ts-expect-error: there is no such service
  await lounge.robots.sendChat({ message: "hi" });
  const { version } = await lounge.robot.ping();
  // @ts-expect-error: a version is a text
  const number: number = version;
  return void number;
}

export async function state(): Promise<void> {
  const users: readonly { readonly name: string }[] | undefined = (await lounge.state.users())?.value;
  // @ts-expect-error: the key's name has a part that must be given
  await lounge.state.webSession({ id: "1" });
  // @ts-expect-error: there is no such key
  await lounge.state.user();
  return void users;
}

export function addresses(): void {
  client.channel({ channel: "lounge" });
  // @ts-expect-error: the part is called channel
  client.channel({ channels: "lounge" });
}

export async function services(handlers: RobotHandlers): Promise<void> {
  await client.serve("robot", handlers);
  // @ts-expect-error: a handler is missing
  await client.serve("robot", { sendChat: handlers.sendChat });
  // @ts-expect-error: the handler asks for more than it gets
  const wrong: RobotHandlers["sendChat"] = (args: { message: string; channel: string }) => args;
  return void wrong;
}

export async function servicesOfSeveralWords(): Promise<void> {
  await lounge.userLevel.getUserLevel();
  await lounge.services.playlistDocumented.shuffle();
  // @ts-expect-error: the name on the wire is no member
  await lounge["user-level"].getUserLevel();
  await client.serve("user-level", { getUserLevel: () => ({ rank: 3, username: "robot" }) });
  // @ts-expect-error: what is served is called as on the wire
  await client.serve("userLevel", { getUserLevel: () => ({ rank: 3, username: "robot" }) });
}

export function lifecycle(): void {
  client.onLifecycle("heartbeat", ({ payload }) => payload.hostname.length);
  // @ts-expect-error: there is no such message
  client.onLifecycle("heartBeat", () => undefined);
}

export function descriptors(value: unknown): User | undefined {
  const small: Pick<Protocol, "address" | "dialects" | "envelopes" | "events" | "tokens"> = {
    address: krytenAddress,
    dialects: krytenDialects,
    envelopes: krytenEnvelopes,
    tokens: krytenTokens,
    events: { chatMsg },
  };
  // @ts-expect-error: a command is no event
  small.events = { robotSay };
  const line: KrytenEvents["chatMsg"] = { username: "alice", msg: "hi", meta: {}, time: 0 } satisfies ChatMsgEvent;
  // @ts-expect-error: an optional field is absent, not undefined
  line.meta = { shadow: undefined };
  // @ts-expect-error: a validator is told what to do with unknown fields
  isUser(value);
  // @ts-expect-error: which is one of two words
  isUser(value, "ignore");
  return isUser(value, "refuse") ? value : undefined;
}
