import { compileTemplate } from "./runtime/envelope.ts";
import { kryten } from "./generated/kryten/messages.ts";
const text = JSON.stringify({event_name:"chatMsg",payload:{username:"alice",msg:"hello there, this is a chat line &amp; more",meta:{addClass:"x"},time:1763630000000},channel:"lounge",domain:"cytu.be",timestamp:"2026-11-20T10:18:47.934211+00:00",correlation_id:"3f0e8a52-7f5b-4f57-9f0c-3a9f6a1d2b33"});
const env = compileTemplate((kryten.envelopes.event as any).body);
const actions = ["action","query","flat"].map(n => compileTemplate((kryten.envelopes as any)[n].request));
const req = {service:"robot",command:"say",args:{message:"x"},meta:{source:"a",timestamp:"b",domain:"c",channel:"d",request_id:"e"}};
for (let i=0;i<20000;i++) for (const a of actions) a.read(req);
const fields = [["event_name","event",true],["payload","payload",true],["channel","channel",true],["domain","domain",true],["timestamp","timestamp",false],["correlation_id","id",false]].map(([name,hole,required])=>({name,hole,required})) as any[];
const nothing = {event:undefined,payload:undefined,channel:undefined,domain:undefined,timestamp:undefined,id:undefined};
function loop(record: any) { const values: any = {...nothing}; for (let i=0;i<fields.length;i++){ const f = fields[i]; const v = record[f.name]; if (v===undefined) { if (f.required) return undefined; } else values[f.hole]=v; } return {matched:true, values}; }
const keys = {event:"event_name",payload:"payload",timestamp:"timestamp",id:"correlation_id"}; const parts=[{key:"domain",text:"cytu.be"},{key:"channel",text:"lounge"}];
function flat(body: any) { if (typeof body !== "object" || body === null || Array.isArray(body) || body[keys.event] !== "chatMsg") return undefined; for (const {key,text} of parts) if (body[key] !== text) return undefined; const payload = body[keys.payload]; if (payload===undefined) return undefined; return {payload, timestamp: body[keys.timestamp], id: body[keys.id]}; }
function arr(record: any) { const values: any[] = [undefined,undefined,undefined,undefined,undefined,undefined]; for (let i=0;i<fields.length;i++){ const f = fields[i]; const v = record[f.name]; if (v===undefined) { if (f.required) return undefined; } else values[i]=v; } return values; }
let sink: any; const objs = Array.from({length:1000},()=>JSON.parse(text));
const fs: any = { read: env.read, loop, flat, arr };
for (let round=0;round<2;round++) for (const [name,f] of Object.entries<any>(fs)) { const r=[]; for (let k=0;k<30;k++){ const t=performance.now(); for (let j=0;j<50;j++) for (const o of objs) sink=f(o); r.push((performance.now()-t)*1e6/50000);} r.sort((a,b)=>a-b); if(round) console.log(name.padEnd(10), r[5].toFixed(0),"ns"); }
