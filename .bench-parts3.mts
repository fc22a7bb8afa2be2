import { laneTo } from "./runtime/handler-run.ts";
import { Dispatcher } from "./runtime/dispatch.ts";
let sink: any;
const lane = laneTo({ session: { dispatcher: new Dispatcher(30000), reporter: {} } as any, handler: (m: any) => { sink = m.payload; }, ref: "x", channel: undefined });
const lane2 = laneTo({ session: { dispatcher: new Dispatcher(30000), reporter: {} } as any, handler: (m: any, {channel}: any) => { sink = channel; }, ref: "x", channel: undefined });
const msg = { payload: 5, subject: "a" };
const m = new Map([["kryten.events.cytube.lounge.chatmsg", 1]]);
const subj = Buffer.from("kryten.events.cytube.lounge.chatmsg"); const td = new TextDecoder();
const parts: any = { lane: () => { lane.push(msg); }, lane2: () => { lane2.push(msg); }, "subject+map": () => { sink = m.get(td.decode(subj)); }, "event": () => { sink = { name: "x", payload: msg, address: msg, channel: "lounge", timestamp: "x", id: "y", subject: "z" }; } };
for (let round=0; round<2;round++) for (const [name, f] of Object.entries<any>(parts)) { const r = []; for (let k = 0; k < 12; k++) { const t = performance.now(); for (let i = 0; i < 100000; i++) f(); r.push((performance.now()-t)*10); } r.sort((a,b)=>a-b); if(round) console.log(name.padEnd(18), r[2].toFixed(0), "ns"); }
