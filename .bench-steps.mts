import { connect as natsConnect } from "nats";
import { startNatsServer } from "./test/support/nats-server.ts";
import { connect, natsTransport } from "./runtime/index.ts";
import { decode } from "./runtime/codec.ts";
import { compileTemplate } from "./runtime/envelope.ts";
import { EventReader } from "./runtime/event-reader.ts";
import { Wire } from "./runtime/wire.ts";
import { kryten } from "./generated/kryten/messages.ts";
const server = await startNatsServer();
const body = Buffer.from(JSON.stringify({event_name:"chatMsg",payload:{username:"alice",msg:"hello there, this is a chat line &amp; more",meta:{addClass:"x"},time:1763630000000},channel:"lounge",domain:"cytu.be",timestamp:"2026-11-20T10:18:47.934211+00:00",correlation_id:"3f0e8a52-7f5b-4f57-9f0c-3a9f6a1d2b33"}));
let sink: any = 0, count = 0;
const env = compileTemplate((kryten.envelopes.event as any).body);
const ev = kryten.events.chatMsg as any;
const reader = new EventReader(new Wire(kryten, undefined), {domain:"cytu.be",channel:"lounge"});
const route = {descriptor: ev, envelope: env};
const routes = new Map([["kryten.events.cytube.lounge.chatmsg", route]]);
const td = new TextDecoder();
async function conn(cb: any) { const c: any = await natsConnect({servers: server.url}); const s = c.subscribe("kryten.events.cytube.lounge.*", {callback: cb}); await c.flush(); return [c, s.getID()]; }
async function viaT(cb: any) { const c: any = await natsConnect({servers: server.url}); const t = natsTransport(c); t.subscribe("kryten.events.cytube.lounge.*", cb); await c.flush(); return [c, c.protocol.subscriptions.sidCounter]; }
const kinds: any = {
 bare: () => conn((e: any, m: any) => { const v = JSON.parse(td.decode(m.data)); sink += v.payload.time; count++; }),
 subject: () => conn((e: any, m: any) => { const s = m.subject; const v = JSON.parse(td.decode(m.data)); sink += v.payload.time; count++; }),
 map: () => conn((e: any, m: any) => { sink = routes.get(m.subject); const v = JSON.parse(td.decode(m.data)); sink = v.payload.time; count++; }),
 transport: () => viaT((m: any) => { sink = routes.get(m.subject); const v = JSON.parse(td.decode(m.data)); sink = v.payload.time; count++; }),
 decode: () => viaT((m: any) => { sink = routes.get(m.subject); const v: any = decode(m.data, 1e6); sink = v.payload.time; count++; }),
 envelope: () => viaT((m: any) => { sink = routes.get(m.subject); const v: any = decode(m.data, 1e6); sink = env.read(v); count++; }),
 reader: () => viaT((m: any) => { sink = routes.get(m.subject); const v: any = decode(m.data, 1e6); sink = reader.read(v, route, m.subject); count++; }),
 full: async () => { const c: any = await natsConnect({servers: server.url}); const k = await connect(kryten, {connection: c, channels: ["lounge"]}); k.on("chatMsg", ({payload}) => { sink = payload.time; count++; }); await k.flush(); return [c, c.protocol.subscriptions.sidCounter]; },
};
const feeds: any = {};
for (const [name, make] of Object.entries<any>(kinds)) { const [c, sid] = await make(); const line = Buffer.concat([Buffer.from(`MSG kryten.events.cytube.lounge.chatmsg ${sid} ${body.length}\r\n`), body, Buffer.from("\r\n")]); const chunk = Buffer.concat(Array(150).fill(line)); feeds[name] = () => { c.protocol.parser.parse(chunk); }; }
const res: any = {};
for (let round = 0; round < 40; round++) for (const [name, feed] of Object.entries<any>(feeds)) { const t0 = performance.now(); count = 0; for (let i = 0; i < 100; i++) { feed(); if (i%10===0) await null; } const dt = performance.now() - t0; if (count !== 15000) throw new Error("count " + count); (res[name] ??= []).push(dt / 15000 * 1000); }
for (const [name, list] of Object.entries<any>(res)) { const l = list.slice(10).sort((a: number,b: number)=>a-b); console.log(name.padEnd(10), "us/msg median", l[l.length>>1].toFixed(3), "min", l[0].toFixed(3)); }
process.exit(0);
