import { decode, decodeText } from "./runtime/codec.ts";
import { compileTemplate } from "./runtime/envelope.ts";
import { kryten } from "./generated/kryten/messages.ts";
import { agrees } from "./runtime/address.ts";
import { EventReader } from "./runtime/event-reader.ts";
import { Wire } from "./runtime/wire.ts";
const body = Buffer.from(JSON.stringify({event_name:"chatMsg",payload:{username:"alice",msg:"hello there, this is a chat line &amp; more",meta:{addClass:"x"},time:1763630000000},channel:"lounge",domain:"cytu.be",timestamp:"2026-11-20T10:18:47.934211+00:00",correlation_id:"3f0e8a52-7f5b-4f57-9f0c-3a9f6a1d2b33"}));
const subj = Buffer.from("kryten.events.cytube.lounge.chatmsg");
const td = new TextDecoder(), tdf = new TextDecoder("utf-8", {fatal: true, ignoreBOM: true});
const value: any = JSON.parse(body.toString());
const env = compileTemplate((kryten.envelopes.event as any).body);
const ev = kryten.events.chatMsg as any;
const reader = new EventReader(new Wire(kryten, undefined), {domain:"cytu.be",channel:"lounge"});
const route = {descriptor: ev, envelope: env};
const address = {domain:"cytu.be",channel:"lounge"};
const vals = (env.read(value) as any).values;
let sink: any;
const parts: any = {
  "td body": () => { sink = td.decode(body); },
  "td fatal body": () => { sink = tdf.decode(body); },
  "latin1Slice body": () => { sink = body.latin1Slice(); },
  "utf8Slice body": () => { sink = body.utf8Slice(); },
  "td subject": () => { sink = td.decode(subj); },
  "td fatal subject": () => { sink = tdf.decode(subj); },
  "JSON.parse": () => { sink = JSON.parse(text); },
  "bare decode": () => { sink = JSON.parse(td.decode(body)); },
  "decode": () => { sink = decode(body, 1e6); },
  "envelope.read": () => { sink = env.read(value); },
  "agrees": () => { sink = agrees(vals, address); },
  "check": () => { sink = ev.payload.check(value.payload, "tolerate"); },
  "reader.read": () => { sink = reader.read(value, route as any, "kryten.events.cytube.lounge.chatmsg"); },
  "noop": () => { sink = body; },
};
const text = body.toString();
for (const [name, f] of Object.entries<any>(parts)) { const r = []; for (let k = 0; k < 12; k++) { const t = performance.now(); for (let i = 0; i < 100000; i++) f(); r.push((performance.now()-t)*10); } r.sort((a,b)=>a-b); console.log(name.padEnd(18), r[2].toFixed(0), "ns"); }
