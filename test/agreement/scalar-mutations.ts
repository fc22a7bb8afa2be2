/** Other spellings and other values of numbers, texts and the three names that JSON has. */
import { formatEdges } from "../../codegen/vectors/format-edges.js";
import type { Random } from "./random.js";

const limit = "9007199254740991";

const numbers = [
  ...["0", "-0", "1", "-1", "0.5", "1.0", "1e2", "100e-2", "1E+1", "-1.0", "1.5e1", "1e-400", "5e-324"],
  ...[
    limit,
    `-${limit}`,
    `${limit}.0`,
    "9007199254740992",
    "-9007199254740992",
    "9007199254740993",
    "9.007199254740992e15",
  ],
  ...[
    "1e15",
    "1e16",
    "1e21",
    "12345678901234567890",
    "1".repeat(308),
    "1".repeat(400),
    "-1e308",
    "1e308",
    "1e400",
    "-1e400",
  ],
];

/** What some parsers take for a number, and JSON does not. */
const tokens = [
  "NaN",
  "Infinity",
  "-Infinity",
  "nan",
  "01",
  "+1",
  "1.",
  ".5",
  "0x10",
  "1_000",
  "--1",
  "undefined",
  "None",
];

const astral = "\u{1f600}";
const combining = "e\u0301";
const halves = ["\\ud800", "\\udfff", "\\udc00\\ud800", "\\ud83d\\ud83d\\ude00"];
const controls = ["\\n", "\\r", "\\u2028", "\\u0000", "\\u0085", " ", "\\t", "\\u00a0", "\\ufeff"];

const texts = [
  ...[
    "",
    " ",
    "1",
    "1.0",
    "true",
    "null",
    "NaN",
    "__proto__",
    "0",
    astral,
    combining,
    "\u212a",
    "\u0130",
    "/",
    "https://\r",
  ],
  ...Object.values(formatEdges).flatMap(({ valid, invalid }) => [...valid, ...invalid]),
];

/** The text of another scalar in place of one, often nearly the same. */
export function mutateScalar(text: string, random: Random): string {
  if (random.oneIn(5)) return anyScalar(random);
  if (text.startsWith('"')) return mutateText(text, random);
  return /^-?[0-9]/.test(text)
    ? mutateNumber(text, random)
    : random.of(["true", "false", "null", "0", "1", `"${text}"`]);
}

/** The text of any scalar. */
export function anyScalar(random: Random): string {
  const choices = [
    () => random.of(["null", "true", "false"]),
    () => random.of(numbers),
    () => JSON.stringify(random.of(texts)),
    () => (random.oneIn(4) ? random.of(tokens) : "null"),
  ];
  return random.of(choices)();
}

function mutateNumber(text: string, random: Random): string {
  const value = Number(text);
  const spellings = [
    () => `${text}${/[.eE]/.test(text) ? "0" : ".0"}`,
    () => (/[eE]/.test(text) ? text : `${text}e0`),
    () => (/^-?[1-9][0-9]*0$/.test(text) ? `${text.slice(0, -1)}e1` : `${text}E+0`),
    () => String(value + random.of([1, -1, 0.5, -0.5, 1e-9])),
    () => String(value * random.of([-1, 10, 0.1, 1e6, 2 ** 53])),
    () => `"${text}"`,
    () => random.of(["true", "false"]),
    () => random.of(["NaN", "Infinity", "-Infinity"]),
    () => random.of(numbers),
  ];
  return random.of(spellings)();
}

function mutateText(text: string, random: Random): string {
  const inside = text.slice(1, -1);
  const value = JSON.parse(text) as string;
  const spellings = [
    () => `"${inside}${random.of([...halves, ...controls, astral, combining])}"`,
    () => `"${random.of([...halves, ...controls, astral, combining])}${inside}"`,
    // As long as before, in code points; then as long, in what people call characters.
    () => JSON.stringify([...value].map(() => astral).join("")),
    () => JSON.stringify([...value].map(() => combining).join("")),
    () => `"${[...value].map(() => "\\ud83d\\ude00").join("")}"`,
    () => JSON.stringify([...value].slice(1).join("")),
    () => JSON.stringify(value + value),
    () =>
      JSON.stringify(random.of([value.toUpperCase(), value.toLowerCase(), value.trim(), value.replaceAll("-", "")])),
    () => JSON.stringify(value.replace(/[0-9]/, () => String(random.below(10)))),
    () =>
      JSON.stringify(
        value.replace(/:[0-9]{2}(?=[.Z+-]|$)/, ":60").replace(/Z$/, random.of(["", "z", "+00:00", "-25:00"])),
      ),
    () => (/^-?[0-9]+$/.test(value) ? value : "1"),
    () => JSON.stringify(random.of(texts)),
    () => [...value].reduce((spelt, character) => `${spelt}${escaped(character)}`, '"').concat('"'),
  ];
  return random.of(spellings)();
}

function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
