/** Texts at the edges of the grammars in `runtime/value/format.ts`: what every language must let through, and must refuse. */
import type { Format } from "../../runtime/value/format.js";

/** By the name of the format. */
export const formatEdges: Readonly<
  Record<Format, { readonly valid: readonly string[]; readonly invalid: readonly string[] }>
> = {
  "date-time": {
    valid: [
      "2000-01-01T00:00:00Z",
      "2024-02-29T23:59:59.999999999+00:00",
      "2000-02-29T00:00:00.1-11:30",
      "1999-12-31T23:59:59+23:59",
    ],
    invalid: [
      "2000-01-01T00:00:00",
      "2000-01-01 00:00:00Z",
      "2000-01-01t00:00:00Z",
      "2000-01-01T00:00:00z",
      "2000-01-01T00:00Z",
      "2000-01-01T24:00:00Z",
      "2016-12-31T23:59:60Z",
      "2000-01-01T00:00:00.Z",
      "2000-01-01T00:00:00.0123456789Z",
      "2000-01-01T00:00:00+24:00",
      "2000-01-01T00:00:00+0000",
      "2023-02-29T00:00:00Z",
      "1900-02-29T00:00:00Z",
      "2000-04-31T00:00:00Z",
      "2000-01-01T00:00:00Z\n",
      " 2000-01-01T00:00:00Z",
    ],
  },
  date: {
    valid: ["2000-01-01", "2024-02-29", "9999-12-31"],
    invalid: [
      "2023-02-29",
      "1900-02-29",
      "2000-04-31",
      "2000-00-01",
      "2000-1-1",
      "2000-01-01T00:00:00Z",
      "2000-01-01\n",
      "",
    ],
  },
  uuid: {
    valid: ["00000000-0000-4000-8000-000000000000", "123E4567-E89B-12D3-A456-426614174000"],
    invalid: [
      "00000000000040008000000000000000",
      "00000000-0000-4000-8000-00000000000",
      "00000000-0000-4000-8000-0000000000000",
      "g0000000-0000-4000-8000-000000000000",
      "{00000000-0000-4000-8000-000000000000}",
      "00000000-0000-4000-8000-000000000000\n",
      "",
    ],
  },
  uri: {
    valid: ["https://example.com/", "http://[::1]:8080/a?b=c%20d#e", "urn:example:a", "mailto:a@example.com"],
    invalid: [
      "example.com",
      "//example.com/",
      "/path",
      "https:",
      "https://exa mple.com/",
      "https://\u00fc.example/",
      "https://example.com/%zz",
      "https://example.com/#a#b",
      "https://example.com/\n",
      "",
    ],
  },
};
