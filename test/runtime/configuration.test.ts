// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables are what is tested
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ConfigurationSource, type LoadOptions, loadConfiguration } from "../../runtime/config/index.js";
import type { ProtocolError } from "../../runtime/error.js";
import type { ConfigDescriptor } from "../../runtime/protocol/config-descriptor.js";
import type { Property, Shape } from "../../runtime/value/shape.js";
import { violations } from "../../runtime/value/violation.js";
import { scratchFolder } from "../support/scratch.js";

const text: Shape = { kind: "string" };
const orNull = (shape: Shape): Shape => ({ kind: "union", members: [shape, { kind: "null" }] });

function group(required: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>> = {}): Shape {
  const property =
    (isRequired: boolean) =>
    (entry: [string, Shape]): Property => ({
      name: entry[0],
      required: isRequired,
      shape: entry[1],
    });
  const properties = [
    ...Object.entries(required).map(property(true)),
    ...Object.entries(optional).map(property(false)),
  ];
  return { kind: "object", properties, rest: { kind: "unknown" } };
}

interface Station {
  server: { urls: string[]; password?: string | null; patience?: number };
  page?: { port?: number; title?: string } | null;
  places?: { name: string }[];
  quiet?: boolean;
  level?: "all" | "faults";
}

const page: Shape = { kind: "reference", name: "Page", target: () => group({}, { port: whole(1), title: text }) };
const shape = group(
  {
    server: group(
      { urls: { kind: "array", items: text, minItems: 1 } },
      { password: orNull(text), patience: { kind: "number", integer: false, minimum: 0.1 } },
    ),
  },
  {
    page: orNull(page),
    places: { kind: "array", items: group({ name: text }) },
    quiet: { kind: "boolean" },
    level: { kind: "enum", values: ["all", "faults"], open: false },
  },
);

function whole(minimum: number): Shape {
  return { kind: "number", integer: true, minimum };
}

const station: ConfigDescriptor<Station> = {
  kind: "config",
  ref: "weather/config/station",
  name: "station",
  hash: "station",
  payload: {
    check: (value, fields): value is Station => violations(shape, value, fields).length === 0,
    shape: () => shape,
  },
  settings: {
    "/server/urls": { option: { name: "servers" } },
    "/server/password": { option: { name: "pass" } },
    "/server/patience": { default: 1.1, option: { name: "timeout", factor: 1000 } },
    "/page/port": { default: 8080 },
    "/page/title": {},
    "/places": { option: { name: "channels" } },
    "/quiet": { option: { name: "log.none", values: { true: "yes" } } },
    "/level": { default: "faults", option: { name: "log.level", values: { all: "debug", faults: "error" } } },
  },
};

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await scratchFolder(), name);
  await writeFile(path, content);
  return path;
}

/** What a refusal says, without its folder, line by line. */
async function findings(source: ConfigurationSource, options: LoadOptions = { variables: {} }): Promise<string[]> {
  const reason = await loadConfiguration(station, source, options).then(
    () => expect.fail("it was accepted"),
    (error: ProtocolError) => error,
  );
  expect(reason.code).toBe("invalid_configuration");
  const [first, ...lines] = reason.message.split("\n  ");
  expect(first).toBe("[invalid_configuration] this is no configuration of the form weather/config/station:");
  return lines.map((line) => line.replaceAll(/\S*\/(?=station\.)/gu, ""));
}

const yaml = `# A comment.
server:
  urls: [nats://a, "nats://b"]
  password: \${PASSWORD}
page:
quiet: true
`;

describe("a configuration", () => {
  const expected = {
    server: { urls: ["nats://a", "nats://b"], password: "secret", patience: 1.1 },
    page: null,
    quiet: true,
    level: "faults",
  };
  const variables = { PASSWORD: "secret" };

  it("is read from a YAML file, by its path or its URL", async () => {
    const path = await file("station.yaml", yaml);
    expect((await loadConfiguration(station, path, { variables })).value).toEqual(expected);
    expect((await loadConfiguration(station, pathToFileURL(path), { variables })).value).toEqual(expected);
  });

  it("is read from a JSON file", async () => {
    const { level: _, ...given } = expected;
    const path = await file("station.json", JSON.stringify(given, undefined, 2));
    expect((await loadConfiguration(station, path)).value).toEqual(expected);
  });

  it("is read from a value, which stays as it is", async () => {
    const value = { server: { urls: ["nats://a", "nats://b"], password: "${PASSWORD}" }, page: null, quiet: true };
    const before = structuredClone(value);
    expect((await loadConfiguration(station, { value }, { variables })).value).toEqual(expected);
    expect(value).toEqual(before);
  });

  it("is read from the environment, each setting from a variable of its own", async () => {
    const environment = {
      PATH: "/bin",
      WEATHER_SERVER_URLS: "nats://a, nats://b",
      WEATHER_SERVER_PASSWORD: "${not replaced}",
      WEATHER_PAGE_PORT: "80",
      WEATHER_PAGE_TITLE: "",
      WEATHER_PLACES: '[{ "name": "Oslo" }]',
      WEATHER_QUIET: "true",
      WEATHER_LEVEL: "all",
    };
    expect((await loadConfiguration(station, { environment })).value).toEqual({
      server: { urls: ["nats://a", "nats://b"], password: "${not replaced}", patience: 1.1 },
      page: { port: 80 },
      places: [{ name: "Oslo" }],
      quiet: true,
      level: "all",
    });
    const other = { environment: { BOT_SERVER_URLS: "nats://a", WEATHER_NONSENSE: "x" }, prefix: "BOT_" };
    expect((await loadConfiguration(station, other)).value.server.urls).toEqual(["nats://a"]);
  });

  it("sets options, in their own units; what is null or has no value for it sets none", async () => {
    const path = await file("station.yaml", "server: { urls: [a], patience: 0.7 }\nlevel: all\nquiet: false\npage:\n");
    const { options } = await loadConfiguration(station, path);
    expect(options).toEqual({ servers: ["a"], timeout: 700, log: { level: "debug" } });
  });

  it("has settings of the program's own beside it", async () => {
    const path = await file("station.yaml", "server: { urls: [a] }\ngreeting: { text: '${WHO:-nobody}' }\n");
    const { own, value } = await loadConfiguration(station, path, { variables: { WHO: "Ola" }, own: ["greeting"] });
    expect(own).toEqual({ greeting: { text: "Ola" } });
    expect(value).not.toHaveProperty("greeting");
  });

  it("shows no secret when it is printed, nor does a part of it", async () => {
    const value = { server: { urls: ["nats://ola:secret@a"], password: "secret" } };
    const configuration = await loadConfiguration(station, { value });
    for (const part of [configuration, configuration.value, configuration.value.server, configuration.options]) {
      const printed = [inspect(part, { depth: 9 }), JSON.stringify(part)];
      expect(printed.join()).not.toContain("secret");
      expect(printed.join()).toContain("nats://[redacted]@a");
    }
    const { servers, pass } = configuration.options;
    expect({ servers, pass }).toEqual({ servers: value.server.urls, pass: "secret" });
  });
});

describe("variables", () => {
  const load = (title: string, variables: Record<string, string>) =>
    loadConfiguration(station, { value: { server: { urls: ["a"] }, page: { title } } }, { variables });

  it.each([
    ["${A}", { A: "x" }, "x"],
    ["<${A}${B}>", { A: "x", B: "y" }, "<xy>"],
    ["${A:-usual}", {}, "usual"],
    ["${A:-usual}", { A: "" }, "usual"],
    ["${A:-}", {}, ""],
    ["${A}", { A: "" }, ""],
    ["${A}", { A: "${B}", B: "never" }, "${B}"],
    ["$${A} $A {A} $", { A: "x" }, "${A} $A {A} $"],
  ])("%j with %j is %j", async (title, variables, expected) => {
    expect((await load(title, variables)).value.page?.title).toBe(expected);
  });

  it("are replaced in texts alone: neither in names nor in the text of the file", async () => {
    const path = await file("station.yaml", "server: { urls: [a] }\n# ${NOWHERE}\n'${A}': 1\n");
    expect(await findings(path, { variables: { A: "quiet" } })).toEqual([
      "station.yaml:3:1 /${A} is not a known field",
    ]);
    const hostile = { A: '", "quiet": true, "x": "' };
    expect((await load("${A}", hostile)).value).toEqual({
      server: { urls: ["a"], patience: 1.1 },
      page: { title: hostile.A, port: 8080 },
      level: "faults",
    });
  });

  it("may stand for numbers, switches and lists, where the setting is one", async () => {
    const path = await file("station.yaml", "server: { urls: '${U}' }\npage: { port: '${P}' }\nquiet: ${Q:-false}\n");
    const { value } = await loadConfiguration(station, path, { variables: { U: "a,b", P: "81" } });
    expect(value).toMatchObject({ server: { urls: ["a", "b"] }, page: { port: 81 }, quiet: false });
  });

  it("that are not set are findings that name them and where", async () => {
    const path = await file("station.yaml", "server:\n  urls: ['${HOST}']\n  patience: ${TIME}\nquiet: ${}\n");
    expect(await findings(path)).toEqual([
      "station.yaml:2:10 /server/urls/0 names the variable HOST, which is not set; set it, or give a default",
      "station.yaml:3:3 /server/patience names the variable TIME, which is not set; set it, or give a default",
      "station.yaml:4:1 /quiet has a ${ that begins neither ${NAME} nor ${NAME:-default}; write $${ for a plain one",
    ]);
  });

  it("hold no variables in their defaults", async () => {
    const path = await file("station.yaml", "server: { urls: ['${HOST:-${OTHER}}'] }\n");
    expect(await findings(path)).toEqual([
      "station.yaml:1:18 /server/urls/0 has a ${ within the default of HOST; a default is plain text",
    ]);
  });

  it("any text without a dollar sign stays as it is", async () => {
    const plain = fc.string({ unit: "binary" }).filter((title) => !title.includes("$"));
    await fc.assert(
      fc.asyncProperty(plain, async (title) => {
        expect((await load(title, {})).value.page?.title).toBe(title);
      }),
    );
  });
});

describe("what is wrong is told all at once", () => {
  it("with line and column, and what was meant", async () => {
    const path = await file("station.yaml", "sever:\n  urls: []\npage: { prot: 80, port: 0 }\nquiet: nearly\n");
    expect(await findings(path)).toEqual([
      "station.yaml:1:1 /server is missing",
      'station.yaml:1:1 /sever is not a known field; did you mean "server"?',
      "station.yaml:3:9 /page/prot is not a known field",
      "station.yaml:3:19 /page/port must be at least 1, not 0",
      'station.yaml:4:1 /quiet must be true or false, not "nearly"',
    ]);
  });

  it("in a value, by its place", async () => {
    expect(await findings({ value: { server: { urls: [], patience: "long" } } })).toEqual([
      '/server/patience must be a number, not "long"',
      "/server/urls must have at least 1 item, not 0",
    ]);
    expect(await findings({ value: undefined })).toEqual(["the value must be an object, not null"]);
  });

  it("in the environment, by the variable", async () => {
    const environment = { WEATHER_SERVER_URL: "a", WEATHER_PAGE_PORT: "eighty", WEATHER_PLACES: "[" };
    expect(await findings({ environment })).toEqual([
      'the environment has WEATHER_SERVER_URL, which is no setting; did you mean "WEATHER_SERVER_URLS"?',
      'WEATHER_PAGE_PORT must be a whole number, not "eighty"',
      'WEATHER_PLACES must be an array, not "["',
      "WEATHER_SERVER_URLS is missing",
    ]);
  });

  it("without showing a secret", async () => {
    const path = await file("station.yaml", "server: { urls: [{ url: 'nats://ola:secret@a' }], password: 12345 }\n");
    expect(await findings(path)).toEqual([
      "station.yaml:1:18 /server/urls/0 must be a string, not an object",
      "station.yaml:1:51 /server/password must be a string or null",
    ]);
  });

  it.each([
    [
      "a file that is not there",
      async () => join(await scratchFolder(), "station.yaml"),
      /^station\.yaml cannot be read: ENOENT/,
    ],
    [
      "a folder",
      async () => {
        const folder = join(await scratchFolder(), "station.d");
        await mkdir(folder);
        return folder;
      },
      /^station\.d cannot be read: EISDIR/,
    ],
    [
      "bytes that are no text",
      () => file("station.yaml", Uint8Array.of(0x61, 0xff)),
      /^station\.yaml cannot be read: /,
    ],
    ["broken JSON", () => file("station.json", '{\n  "server": {\n'), /^station\.json:3:1 cannot be read: Flow map/],
    ["broken YAML", () => file("station.yaml", "server:\n  urls: [a\npage:\n"), /^station\.yaml:3:1 cannot be read: /],
    [
      "a key that stands twice",
      () => file("station.yaml", "quiet: true\nquiet: false\n"),
      /^station\.yaml:2:1 cannot be read: Map keys must be unique/,
    ],
    [
      "an alias of nothing",
      () => file("station.yaml", "server: *nothing\n"),
      /^station\.yaml cannot be read: Unresolved alias/,
    ],
    [
      "a variable that YAML takes for a group",
      () => file("station.yaml", "page: { title: ${TITLE} }\n"),
      /^station\.yaml:1:17 cannot be read: within { } and \[ \], a variable has quotes around it/,
    ],
    [
      "a file of several documents",
      () => file("station.yaml", "quiet: true\n---\nquiet: false\n"),
      /^station\.yaml:2:1 cannot be read: it holds several documents/,
    ],
    [
      "a group that contains itself",
      () => file("station.yaml", "server: &all\n  urls: [a]\n  server: *all\n"),
      /^station\.yaml cannot be read: it nests deeper than 100 levels, or contains itself/,
    ],
    ["an empty file", () => file("station.yaml", ""), /^station\.yaml:1:1 must be an object, not null/],
  ])("%s is told as such", async (_, make, expected) => {
    const [only, ...more] = await findings(await make());
    expect(only).toMatch(expected);
    expect(more).toEqual([]);
  });

  it("whatever the text of a file is, it is a configuration or a finding", async () => {
    const path = await file("station.yaml", "");
    const pieces = fc.constantFrom(
      "server:",
      "\n",
      "  ",
      "urls",
      "[",
      "]",
      "{",
      "}",
      ":",
      "- ",
      "&a",
      "*a",
      "${",
      '"',
      "1",
      "%",
      "!!binary ",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 20 }), async (parts) => {
        await writeFile(path, parts.join(""));
        const outcome = await loadConfiguration(station, path, { variables: {} }).catch((error: unknown) => error);
        const isFinding = outcome instanceof Error && "code" in outcome && outcome.code === "invalid_configuration";
        expect(isFinding || (typeof outcome === "object" && outcome !== null && "value" in outcome)).toBe(true);
      }),
    );
  });
});
