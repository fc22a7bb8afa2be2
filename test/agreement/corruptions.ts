/** Texts and bytes that are nearly JSON. */
import type { Random } from "./random.js";

const encoder = new TextEncoder();
const backslash = "\\";

/** The bytes of a text after something went wrong with it, or after white space was added, which is right. None has a line feed. */
export function corrupt(text: string, random: Random): Uint8Array {
  const at = random.below(text.length + 1);
  const texts = [
    () => ` \t\r${text}  `,
    () => text.replaceAll(",", " , ").replaceAll(":", "\t: "),
    () => `\ufeff${text}`,
    () => `\u00a0${text}`,
    () => `${text}${random.of([",", "}", "]", " 1", "//", "/**/", "\u0000"])}`,
    () => text.replace(/[}\]]$/, (end) => `,${end}`),
    () => text.slice(0, at),
    () => text.replaceAll('"', "'"),
    () => text.replace(/"(?=[a-z])/, `"${random.of(["\t", "\r", "\u0001", "\u007f", "\u2028"])}`),
    () => text.replace(/"(?=[a-z])/, `"${backslash}${random.of(["x41", "u00g0", "u{41}", "a", "'", "/", "u12"])}`),
    () => nested(text, random.of([99, 100, 101, 5000])),
  ];
  if (!random.oneIn(4)) return encoder.encode(random.of(texts)());
  return withBytes(encoder.encode(text), random);
}

function nested(text: string, levels: number): string {
  return "[".repeat(levels) + text + "]".repeat(levels);
}

/** Bytes that are not UTF-8, put behind the first quote. */
function withBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const strange = random.of([[0xff], [0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]);
  const at = bytes.indexOf('"'.charCodeAt(0)) + 1;
  return Uint8Array.from([...bytes.subarray(0, at), ...strange, ...bytes.subarray(at)]);
}
