import { connect as natsConnect } from "nats";
import { startNatsServer } from "/work/main/test/support/nats-server.ts";
import { connect } from "/work/main/runtime/index.ts";
import { kryten } from "/work/main/generated/kryten/messages.ts";
const server = await startNatsServer();
const body = Buffer.from(JSON.stringify({event_name:"chatMsg",payload:{username:"alice",msg:"hello there, this is a chat line &amp; more",meta:{addClass:"x"},time:1763630000000},channel:"lounge",domain:"cytu.be",timestamp:"2026-11-20T10:18:47.934211+00:00",correlation_id:"3f0e8a52-7f5b-4f57-9f0c-3a9f6a1d2b33"}));
let sink = 0, count = 0;
const only = process.argv[2];
async function bare() { const c: any = await natsConnect({servers: server.url}); const d = new TextDecoder(); const s = c.subscribe("kryten.events.cytube.lounge.*", {callback: (e: any, m: any) => { const v = JSON.parse(d.decode(m.data)); sink += v.payload.time; count++; }}); await c.flush(); return [c, s.getID()]; }
async function ours() { const c: any = await natsConnect({servers: server.url}); const k = await connect(kryten, {connection: c, channels: ["lounge"]}); let sid=0; k.on("chatMsg", ({payload}) => { sink += payload.time; count++; }); await k.flush(); return [c, c.protocol.subscriptions.sidCounter]; }
const kinds: any = { bare, ours };
const feeds: any = {};
for (const [name, make] of Object.entries<any>(kinds)) { if (only && only !== name) continue; const [c, sid] = await make(); const line = Buffer.concat([Buffer.from(`MSG kryten.events.cytube.lounge.chatmsg ${sid} ${body.length}\r\n`), body, Buffer.from("\r\n")]); const chunk = Buffer.concat(Array(150).fill(line)); feeds[name] = () => { c.protocol.parser.parse(chunk); }; }
const res: any = {};
for (let round = 0; round < 150; round++) for (const [name, feed] of Object.entries<any>(feeds)) { const t = process.cpuUsage(); const t0 = performance.now(); count = 0; for (let i = 0; i < 100; i++) { feed(); if (i%10===0) await null; } const dt = performance.now() - t0; if (count !== 15000) throw new Error("count " + count); (res[name] ??= []).push(dt / 15000 * 1000); }
const med: any = {};
for (const [name, list] of Object.entries<any>(res)) { const l = list.slice(10).sort((a: number,b: number)=>a-b); med[name] = l[l.length>>1]; console.log(name.padEnd(8), "us/msg median", med[name].toFixed(3), "min", l[0].toFixed(3)); }
if (med.bare && med.ours) console.log("ratio", (med.bare/med.ours).toFixed(3));
process.exit(0);
