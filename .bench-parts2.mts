const body = Buffer.from(JSON.stringify({event_name:"chatMsg",payload:{username:"alice",msg:"hello there, this is a chat line &amp; more",meta:{addClass:"x"},time:1763630000000},channel:"lounge",domain:"cytu.be",timestamp:"2026-11-20T10:18:47.934211+00:00",correlation_id:"3f0e8a52-7f5b-4f57-9f0c-3a9f6a1d2b33"}));
const td = new TextDecoder(), tdf = new TextDecoder("utf-8", {fatal: true, ignoreBOM: true});
const maximumDepth = 100;
function a(text: string) { let brackets = 0; for (const bracket of ["{", "["]) { for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) { brackets++; if (brackets > maximumDepth) return true; } } return false; }
function count(text: string, bracket: string) { let n = 0; for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) n++; return n; }
function b(text: string) { return count(text, "{") + count(text, "[") > maximumDepth; }
function isDeeper(value: unknown, levels: number): boolean { if (typeof value !== "object" || value === null) return false; if (levels === 0) return true; if (Array.isArray(value)) { for (const item of value) if (isDeeper(item, levels - 1)) return true; return false; } const record = value as Record<string, unknown>; for (const name in record) if (isDeeper(record[name], levels - 1)) return true; return false; }
function c(data: Uint8Array) { let n = 0; for (let at = data.indexOf(123); at !== -1; at = data.indexOf(123, at+1)) n++; for (let at = data.indexOf(91); at !== -1; at = data.indexOf(91, at+1)) n++; return n > 100; }
function d(data: Uint8Array) { let n = 0; for (let i = 0; i < data.length; i++) { if ((data[i]! & 0xdf) === 0x5b) n++; } return n > 100; }
// only count runs from the end: closers within any suffix
const text = body.toString(); const value = JSON.parse(text); let sink: any;
const flat = tdf.decode(body);
const parts: any = { "a": () => { sink = a(flat); }, "b": () => { sink = b(flat); }, "walk": () => { sink = isDeeper(value, 100); }, "buf": () => { sink = c(body); }, "loop": () => { sink = d(body); },
 "parse": () => { sink = JSON.parse(td.decode(body)); }, "fatalparse": () => { sink = JSON.parse(tdf.decode(body)); }, "parse+a": () => { const t = tdf.decode(body); sink = JSON.parse(t); sink=a(t); }, "parse+walk": () => { const t = tdf.decode(body); const v = JSON.parse(t); sink=isDeeper(v,100); },"parse+b": () => { const t = tdf.decode(body); sink = JSON.parse(t); sink=b(t); },"parse+loop": () => { const t = tdf.decode(body); sink = JSON.parse(t); sink=d(body); } };
for (let round=0; round<2;round++) for (const [name, f] of Object.entries<any>(parts)) { const r = []; for (let k = 0; k < 12; k++) { const t = performance.now(); for (let i = 0; i < 100000; i++) f(); r.push((performance.now()-t)*10); } r.sort((a,b)=>a-b); if(round) console.log(name.padEnd(18), r[2].toFixed(0), "ns"); }
