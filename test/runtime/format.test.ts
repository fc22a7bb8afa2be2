import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Format, formatExamples, formats, isFormat, matchesFormat } from "../../runtime/value/format.js";

const accepted: Record<Format, string[]> = {
  "date-time": [
    "2026-11-20T10:18:47Z",
    "2026-11-20T10:18:47.934211+00:00",
    "2026-01-01T00:00:00.000000001Z",
    "2026-12-31T23:59:59-23:59",
    "2024-02-29T00:00:00Z",
  ],
  date: ["2026-01-31", "2024-02-29", "2000-02-29", "0000-02-29", "9999-12-31"],
  uuid: ["6e5c1a52-0d0f-4a3e-9a53-1f1d8a2f6c11", "6E5C1A52-0D0F-4A3E-9A53-1F1D8A2F6C11"],
  uri: ["https://example.com/a?b=c#d", "mailto:a@b.c", "nats://localhost:4222", "x:%20", "http://[::1]:80/"],
};

const refused: Record<Format, string[]> = {
  "date-time": [
    "2026-11-20T10:18:47",
    "2026-11-20 10:18:47Z",
    "2026-11-20t10:18:47z",
    "2026-11-20T10:18Z",
    "2026-11-20T24:00:00Z",
    "2026-11-20T23:60:00Z",
    "2026-11-20T23:59:60Z",
    "2026-11-20T10:18:47.Z",
    "2026-11-20T10:18:47.1234567890Z",
    "2026-11-20T10:18:47+24:00",
    "2026-11-20T10:18:47+0000",
    "2026-02-29T00:00:00Z",
    "2026-11-20T10:18:47Z\n",
    " 2026-11-20T10:18:47Z",
  ],
  date: ["2026-02-30", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00", "26-01-01", "2026-1-1"],
  uuid: [
    "6e5c1a520d0f4a3e9a531f1d8a2f6c11",
    "{6e5c1a52-0d0f-4a3e-9a53-1f1d8a2f6c11}",
    "6e5c1a52-0d0f-4a3e-9a53-1f1d8a2f6c1g",
  ],
  uri: [
    "",
    "/a/b",
    "example.com",
    "1http://x",
    "http:",
    "http://a b",
    "http://\u00FC",
    "x:%2",
    "x:#a#b",
    "x:<y>",
    "http://x\n",
  ],
};

const table = (texts: Record<Format, string[]>) =>
  Object.entries(texts).flatMap(([format, list]) => list.map((text) => [format, text] as const));

describe("each format", () => {
  it.each(table(accepted))("%s accepts %j", (format, text) => {
    expect(matchesFormat(format, text)).toBe(true);
  });

  it.each(table(refused))("%s refuses %j", (format, text) => {
    expect(matchesFormat(format, text)).toBe(false);
  });

  it.each(Object.entries(formatExamples))("%s accepts its own example, %j", (format, text) => {
    expect(matchesFormat(format, text)).toBe(true);
  });

  it.each(Object.entries(formats))("%s is written in what all languages share", (_, source) => {
    expect(source).toMatch(/^\^.*\$$/);
    expect(source).not.toMatch(/\\[a-zA-Z0-9]|\(\?[^:]/);
  });
});

it("the days of a month are those of the calendar", () => {
  const exists = (year: number, month: number, day: number) => {
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  };
  const digits = (number: number, count: number) => String(number).padStart(count, "0");
  const [year, month, day] = [fc.nat(9999), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 })];
  const someDay = fc.oneof(
    fc.tuple(year, month, day),
    fc.tuple(year, fc.constant(2), fc.integer({ min: 28, max: 30 })),
  );
  fc.assert(
    fc.property(someDay, ([year, month, day]) => {
      const text = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
      expect(matchesFormat("date", text)).toBe(exists(year, month, day));
      expect(matchesFormat("date-time", `${text}T00:00:00Z`)).toBe(exists(year, month, day));
    }),
    { numRuns: 3000 },
  );
});

it("every moment that a program writes is a date-time", () => {
  const moment = fc.date({
    min: new Date("0000-01-01"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  fc.assert(fc.property(moment, (date) => matchesFormat("date-time", date.toISOString())));
});

it("a format that does not exist is a defect, and says what was meant", () => {
  expect(isFormat("datetime")).toBe(false);
  expect(() => matchesFormat("datetime", "x")).toThrow(
    '[internal] there is no format "datetime"; did you mean "date-time"?',
  );
});
