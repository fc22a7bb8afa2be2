/** Methods of kryten-py's client, and what they send: the command that a service gets, with its arguments. */

/** A call, and what it asks the robot for. */
export interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly command: string;
  readonly asked: unknown;
}

const channel = "Lounge";
const filter = { name: "f", source: "a", flags: "g", replace: "b", filterlinks: false, active: true };

function call(method: string, args: readonly unknown[], command: string, asked: unknown = {}): Call {
  return { method, args: [channel, ...args], command, asked };
}

/** Those that wait for no answer. */
export const tellingCalls: readonly Call[] = [
  call("send_chat", ["hi"], "say", { message: "hi" }),
  call("send_pm", ["bob", "yo"], "pm", { to: "bob", message: "yo" }),
  call("delete_media", [42], "rmvideo", { uid: 42 }),
  call("move_media", [42, 41], "mvvideo", { from: 42, after: 41 }),
  call("clear_playlist", [], "clear"),
  call("shuffle_playlist", [], "shuffle"),
  call("set_temp", [42], "settemp", { uid: 42, temp: true }),
  call("kick_user", ["bob", "r"], "kick", { username: "bob", reason: "r" }),
  call("ban_user", ["bob", "r"], "ban", { username: "bob", reason: "r" }),
  call("voteskip", [], "voteskip"),
  call("assign_leader", ["bob"], "assignLeader", { name: "bob" }),
  call("play_next", [], "playNext"),
  call("set_motd", ["m"], "setMotd", { motd: "m" }),
  call("set_channel_css", ["a{}"], "setChannelCSS", { css: "a{}" }),
  call("set_channel_js", ["1"], "setChannelJS", { js: "1" }),
  call("set_options", [{ allow_voteskip: true }], "setOptions", { options: { allow_voteskip: true } }),
  call("set_permissions", [{ chat: 0 }], "setPermissions", { permissions: { chat: 0 } }),
  call("update_emote", ["k", "https://e/x.png"], "updateEmote", { name: "k", image: "https://e/x.png" }),
  call("remove_emote", ["k"], "removeEmote", { name: "k" }),
  call("add_filter", ["f", "a", "g", "b"], "addFilter", filter),
  call("update_filter", ["f", "a", "g", "b"], "updateFilter", filter),
  call("remove_filter", ["f"], "removeFilter", { name: "f" }),
  call("vote", [0], "vote", { option: 0 }),
  call("close_poll", [], "closePoll"),
  call("set_channel_rank", ["bob", 2], "setChannelRank", { username: "bob", rank: 2 }),
  call("read_chan_log", [5], "readChanLog", { count: 5 }),
];

/** A call that waits for its answer, and how it gives that to its caller. */
export interface AskingCall {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly command: string;
  /** What the caller gets, made of the result that the service gave. */
  readonly gets: (result: never) => unknown;
}

/** Those that wait for an answer. */
export const askingCalls: readonly AskingCall[] = [
  {
    method: "add_media",
    args: [channel, "yt", "abc"],
    command: "addvideo",
    gets: (data: object) => expectedReply("addvideo", { ...data, success: true }),
  },
  {
    method: "get_banlist",
    args: [channel],
    command: "requestBanlist",
    gets: (payload) => ({ success: true, banlist: { event_name: "banlist", payload } }),
  },
  {
    method: "get_channel_ranks",
    args: [channel],
    command: "requestChannelRanks",
    gets: (payload) => ({ success: true, ranks: { event_name: "channelRanks", payload } }),
  },
  {
    method: "get_chan_log",
    args: [channel, 5],
    command: "readChanLog",
    gets: (payload) => ({ success: true, log: { event_name: "readChanLog", payload } }),
  },
  {
    method: "get_library_search",
    args: [channel, "q"],
    command: "searchLibrary",
    gets: (payload) => ({ success: true, results: { event_name: "searchResults", payload } }),
  },
  { method: "get_user", args: [channel, "Bob"], command: "state.user", gets: ({ user }: { user: unknown }) => user },
  {
    method: "get_all_profiles",
    args: [channel],
    command: "state.profiles",
    gets: ({ profiles }: { profiles: unknown }) => profiles,
  },
  {
    method: "get_state_emotes",
    args: [channel],
    command: "state.emotes",
    gets: ({ emotes }: { emotes: unknown }) => emotes,
  },
  {
    method: "get_channels",
    args: [],
    command: "system.channels",
    gets: ({ channels }: { channels: unknown }) => channels,
  },
  { method: "get_version", args: [], command: "system.version", gets: ({ version }: { version: unknown }) => version },
  { method: "get_stats", args: [], command: "system.stats", gets: (result) => result },
  { method: "get_config", args: [], command: "system.config", gets: (result) => result },
  { method: "get_services", args: [], command: "system.services", gets: (result) => result },
  { method: "ping", args: [], command: "system.ping", gets: (result) => result },
  {
    method: "reload_config",
    args: [],
    command: "system.reload",
    gets: (data: object) => ({ ...data, success: true }),
  },
];

function expectedReply(command: string, data: unknown): unknown {
  return { service: "robot", command, success: true, data };
}
