/**
 * The demo: an echo bot and a simulated robot talk over a bus, while recorded traffic of a real channel is replayed.
 *
 * Everything is made from the schemas: the robot answers through `serve`, the bot through the typed client.
 */
import { EventEmitter, once } from "node:events";
import { connect, type EventPayload, type KrytenContract, kryten } from "kryten-sdk";
import { simulate } from "kryten-sdk/testing";
import { startEchoBot } from "../echo-bot.js";
import { startBus } from "./bus.js";
import { Conversation } from "./conversation.js";
import { asBridged, recordedFrames } from "./recorded-frames.js";
import { sentences, type Told, told } from "./sentences.js";

const channel = "Lounge";
const bus = await startBus();
const conversation = new Conversation(bus.description);

const robot = await connect(kryten, {
  transport: await bus.connect(),
  channels: [channel],
  service: { name: "robot" },
});
const ponged = new EventEmitter();
await simulate(robot, "robot", {
  sendChat: ({ message }, { source }) => {
    conversation.tell("command", "say", `${source} makes the robot say "${message}"`);
    ponged.emit("said");
    return {};
  },
});
const said = once(ponged, "said");

const bot = await startEchoBot({
  transport: await bus.connect(),
  channels: [channel],
  onInvalid: (error) => conversation.tell("refused", "chatMsg", error.message),
});
for (const event of told) {
  bot.on(event, ({ payload }) => conversation.tell("event", event, sentence(event, payload)));
}
await bot.flush();

const bridge = await bus.connect();
const alice = { username: "alice", meta: {}, time: Date.now() };
const frames = [
  ...recordedFrames(told, 3),
  { event: "chatMsg", payload: { ...alice, msg: 42 } },
  { event: "chatMsg", payload: { ...alice, msg: "!ping" } },
];
for (const frame of frames) {
  bridge.publish(`kryten.events.cytube.lounge.${frame.event.toLowerCase()}`, asBridged(frame, channel));
}

await said;
await bot.settled();
conversation.end(frames.length);
await Promise.all([bot.close(), robot.close(), bridge.close()]);
await bus.stop();

function sentence<Event extends Told>(event: Event, payload: EventPayload<KrytenContract, Event>): string {
  return (sentences[event] as (payload: EventPayload<KrytenContract, Event>) => string)(payload);
}
