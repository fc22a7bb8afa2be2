/** The grammars behind `format`: ours, few, and the same in every language. */
import { ProtocolError } from "../error.js";
import { didYouMean } from "./wording.js";

/** The names that `format` may have. */
export type Format = "date-time" | "date" | "uuid" | "uri";

const leapYear = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
const longMonth = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])";
const shortMonth = "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)";
const february = "02-(?:0[1-9]|1[0-9]|2[0-8])";
const date = `(?:[0-9]{4}-(?:${longMonth}|${shortMonth}|${february})|${leapYear}-02-29)`;

const hourAndMinute = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
const time = `${hourAndMinute}:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-]${hourAndMinute})`;

const uriCharacter = "(?:[A-Za-z0-9._~:/?\\[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})";

/**
 * Each grammar as the source of a regular expression that means the same in every language, for the whole text.
 *
 * - `date-time`: a date, upper-case `T`, a time to the second with up to nine digits of fraction, and `Z` or an offset.
 *   There is no leap second
 * - `date`: a day that exists in the Gregorian calendar
 * - `uuid`: with dashes, in either case
 * - `uri`: absolute, in ASCII: a scheme, something after it, perhaps a fragment
 */
export const formats: Readonly<Record<Format, string>> = {
  "date-time": `^${date}T${time}$`,
  date: `^${date}$`,
  uuid: "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
  uri: `^[A-Za-z][A-Za-z0-9+.-]*:${uriCharacter}+(?:#${uriCharacter}*)?$`,
};

/** A text of each format, for messages and samples. */
export const formatExamples: Readonly<Record<Format, string>> = {
  "date-time": "2026-01-31T12:00:00Z",
  date: "2026-01-31",
  uuid: "6e5c1a52-0d0f-4a3e-9a53-1f1d8a2f6c11",
  uri: "https://example.com/path",
};

const grammars = new Map(Object.entries(formats).map(([name, source]) => [name, new RegExp(source, "u")]));

/** Whether a format of this name exists. */
export function isFormat(name: string): name is Format {
  return grammars.has(name);
}

/** Whether a text is of a format. Throws `internal` for a format that does not exist: the generator refuses such schemas. */
export function matchesFormat(format: string, text: string): boolean {
  const grammar = grammars.get(format);
  if (grammar === undefined) {
    throw new ProtocolError("internal", `there is no format "${format}"${didYouMean(format, grammars.keys())}`);
  }
  return grammar.test(text);
}
