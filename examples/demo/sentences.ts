/** Events in words. The payloads are typed from the schemas: a field that does not exist would not compile. */
import type { KrytenEvents } from "kryten-sdk";

/** How to say what happened, by event. */
export const sentences = {
  addUser: ({ name, rank }) => `${name} joined, rank ${rank}`,
  changeMedia: ({ title, seconds, type }) => `now playing "${title}" (${type}, ${seconds} s)`,
  chatMsg: ({ username, msg }) => `${username}: ${msg}`,
  pm: ({ username, to, msg }) => `${username} to ${to}: ${msg}`,
  queue: ({ item, after }) => `"${item.media.title}" queued by ${item.queueby}, after ${after}`,
  setMotd: (html) => `message of the day: ${html || "none"}`,
  setUserRank: ({ name, rank }) => `${name} has rank ${rank} now`,
  userLeave: ({ name }) => `${name} left`,
  usercount: (count) => `${count} connected`,
} satisfies { [Name in keyof KrytenEvents]?: (payload: KrytenEvents[Name]) => string };

export type Told = keyof typeof sentences;

/** The events that can be told. */
export const told = Object.keys(sentences) as Told[];
