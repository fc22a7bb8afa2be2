/** Every name that generated code has: how it is made from the schema's names, and what cannot be one. */

/** `chat-message` and `chatMessage` as `ChatMessage`. What is no ASCII letter or digit only separates. */
export function pascalCase(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/u)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** `chat-message` as `chatMessage`, `PMs` as `pMs`, `URLList` as `urlList`. */
export function camelCase(text: string): string {
  return pascalCase(text).replace(/^(?:[A-Z]+(?![a-z])|[A-Z])/u, (start) => start.toLowerCase());
}

/** `chatMessage` as `chat_message`, `openURL` as `open_url`, `URLList` as `url_list`. */
export function snakeCase(text: string): string {
  return text
    .replace(/[^A-Za-z0-9]+/gu, "_")
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/gu, "_")
    .replace(/^_+|_+$/gu, "")
    .toLowerCase();
}

/** The name of a type, by what it is the type of. */
export const typeNames = {
  /** An entry of `$defs` is named by its author. */
  definition: (name: string) => name,
  event: (event: string) => `${pascalCase(event)}Event`,
  lifecycle: (kind: string) => `${pascalCase(kind)}Message`,
  /** Without the `Args` or `Result` that follows. */
  command: (service: string, command: string) => `${pascalCase(service)}${pascalCase(command)}`,
  key: (bucket: string, key: string) => `${pascalCase(bucket)}${pascalCase(key)}State`,
  config: (name: string) => `${pascalCase(name)}Config`,
} as const;

/** What generated code calls the things that belong to a type. */
export const companionNames = {
  check: (type: string) => `is${type}`,
  shape: (type: string) => `${type}Shape`,
  schema: (type: string) => `${type}Schema`,
  sample: (type: string) => `sample${type}`,
  /** What belongs to a part of a type, by the way to it: `isUser_Address_Street`. No type's name has a `_`. */
  part: (name: string, path: readonly string[]) => [name, ...path.map(pascalCase)].join("_"),
} as const;

/** What generated code calls the things that do not belong to one type. */
export const declarationNames = {
  /** The descriptor of an event, by its name on the wire: `opened`. */
  event: camelCase,
  /** The descriptor of what has one payload, by the payload's type: `startupMessage`, `openedEvent`. */
  descriptor: camelCase,
  /** The descriptor of a command, by the type of its arguments: `printerPrint`. */
  command: (args: string) => camelCase(args.replace(/Args$/u, "")),
  service: (service: string) => `${camelCase(service)}Service`,
  /** The member of a channel that asks a service. */
  member: camelCase,
  /** The descriptor of a configuration, by the protocol and the configuration's type: `chatClientConfig`. */
  config: (protocol: string, type: string) => `${camelCase(protocol)}${type}`,
  /** The keys that share a name, by the type of their value. */
  keys: (payload: string) => `${payload.replace(/State$/u, "")}Keys`,
  /** What the names of such keys say. */
  keyParameters: (payload: string) => `${payload.replace(/State$/u, "")}Parameters`,
  bucket: (bucket: string) => `${camelCase(bucket)}Bucket`,
  stream: (stream: string) => `${camelCase(stream)}Stream`,
  /** The methods of a service, as a caller sees them. */
  client: (service: string) => `${pascalCase(service)}Client`,
  /** The methods of a service, as it writes them. */
  handlers: (service: string) => `${pascalCase(service)}Handlers`,
  protocol: camelCase,
  /** A table of a protocol: `chatTokens`. */
  table: (protocol: string, table: "address" | "tokens" | "envelopes" | "dialects" | "paces" | "roles") =>
    `${camelCase(protocol)}${pascalCase(table)}`,
  /** A map from a protocol's names to types. */
  map: (protocol: string, map: "address" | "events" | "lifecycle" | "state" | "streams" | "contract") =>
    `${pascalCase(protocol)}${pascalCase(map)}`,
} as const;

/**
 * A name for a Python attribute, function or argument; a name that the language takes gets a `_` at its end.
 *
 * @returns undefined when nothing of the text can stand in a name
 */
export function pythonName(text: string): string | undefined {
  const name = snakeCase(text);
  if (!/^[a-z]/u.test(name)) return undefined;
  return pythonKeywords.has(name) ? `${name}_` : name;
}

/** What generated Python calls the things that a schema gives no name in Python. */
export const pythonNames = {
  /** The package of a protocol. */
  package: (protocol: string) => `${snakeCase(protocol)}_protocol`,
  /** What all protocols that are generated together are installed as: `chat-weather-protocol`. */
  project: (protocols: readonly string[]) => [...protocols, "protocol"].map(snakeCase).join("-").replaceAll("_", "-"),
  /** What holds the grammar of a format: `DATE_TIME`. */
  format: (format: string) => snakeCase(format).toUpperCase(),
  /** What holds a descriptor, by the name it has in TypeScript: `PRINTER_PRINT`. */
  constant: (name: string) => snakeCase(name).toUpperCase(),
  /** An option of the runtime, as a path: `tls.ca_file`. */
  option: (path: string) => path.split(".").map(snakeCase).join("."),
  /** The constant that holds the whole protocol. */
  protocol: "PROTOCOL",
  /** The name that would become that constant. */
  protocolSource: "protocol",
  /** The field that holds what an object has beside the listed fields. */
  rest: "rest",
} as const;

/** Names for the fields of a Python class, by their names on the wire. */
export function pythonFieldNames(fields: readonly string[]): ReadonlyMap<string, string> {
  return pythonMemberNames(fields, takenPythonFields);
}

/**
 * Names for what shares a scope in Python, by the names elsewhere. What can keep its name does; of those that come to one
 * name, all but the first get a number.
 *
 * @param takenNames what has another meaning in that scope
 */
export function pythonMemberNames(
  fields: readonly string[],
  takenNames: Iterable<string>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(takenNames);
  const give = (field: string, name: string): void => {
    names.set(field, name);
    taken.add(name);
  };
  for (const field of fields) {
    if (pythonName(field) === field && !taken.has(field)) give(field, field);
  }
  for (const field of fields) {
    if (names.has(field)) continue;
    const name = pythonName(field) ?? ["field", ...snakeCase(field).split("_")].filter(Boolean).join("_");
    give(field, untaken(name, taken));
  }
  return names;
}

function untaken(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let candidate = `${name}_`;
  for (let number = 2; taken.has(candidate); number++) candidate = `${name}_${number}`;
  return candidate;
}

/** Why a text cannot be the name of a generated type; undefined when it can. */
export function typeNameFault(name: string): string | undefined {
  if (!/^[A-Z][A-Za-z0-9]*$/u.test(name)) return `"${name}" is no name for a type: a capital, then letters and digits`;
  return takenTypeNames.has(name) ? `"${name}" is taken by the languages that types are generated for` : undefined;
}

/** Why a text cannot be the name of a constant; undefined when it can. */
export function constantNameFault(name: string): string | undefined {
  if (!/^[a-z][A-Za-z0-9]*$/u.test(name))
    return `"${name}" is no name for a constant: a small letter, then letters and digits`;
  return reservedWords.has(name) ? `"${name}" is a word of the language` : undefined;
}

/** Why a text cannot be the name of a method; undefined when it can. */
export function methodFault(name: string): string | undefined {
  if (!/^[a-z][A-Za-z0-9]*$/u.test(name))
    return `"${name}" is no name for a method: a small letter, then letters and digits`;
  return memberFault(name);
}

/** Why an object cannot have a member of that name; undefined when it can. */
export function memberFault(name: string): string | undefined {
  return takenMembers.has(name) ? `every object has "${name}" already, or means something by it` : undefined;
}

/** Why a text cannot be the name of a constant; undefined when it can. */
export function constantFault(name: string): string | undefined {
  return typescriptKeywords.has(name) ? `generated code would have to call a constant "${name}"` : undefined;
}

/** Why a text cannot be part of a reference and the name of a file on every system; undefined when it can. */
export function fileNameFault(name: string): string | undefined {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/u.test(name)) return `"${name}" has other characters than A-Z a-z 0-9 . _ -`;
  if (name.endsWith(".")) return `"${name}" ends with a dot, which Windows drops`;
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu.test(name) ? `"${name}" is a device on Windows` : undefined;
}

/** Why a text cannot name an entry of protocol.json: a token type, envelope, dialect or service; undefined when it can. */
export function entryNameFault(name: string): string | undefined {
  return /^[A-Za-z][A-Za-z0-9_-]*$/u.test(name)
    ? undefined
    : `"${name}" is no name: a letter, then letters, digits, _ and -`;
}

/** Why a text cannot be what a message is called on the wire; undefined when it can. */
export function wireNameFault(name: string): string | undefined {
  if (/\p{Cc}/u.test(name)) return "a name on the wire has no control characters";
  return name === "__proto__" ? 'records of messages cannot hold "__proto__"' : undefined;
}

// What an object has, and `then`: an object with such a method is taken for a promise.
const takenMembers: ReadonlySet<string> = new Set(["then", "toJSON", ...Object.getOwnPropertyNames(Object.prototype)]);

// Names that generated modules use for what the languages have: a type of that name would hide it.
const takenTypeNames: ReadonlySet<string> = new Set(
  `Annotated Any Array BaseModel Boolean Date Dict Error Exception False Function Infinity List Literal Map NaN None Number
  Object Optional Partial Promise Proxy Readonly ReadonlyArray Record RegExp Required Set Static String Symbol True Tuple
  Type TypeAlias TypeAliasType Union`.split(/\s+/u),
);

const typescriptKeywords: ReadonlySet<string> = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof undefined var void while with yield`.split(/\s+/u),
);

// Of a module in strict mode.
const reservedWords: ReadonlySet<string> = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof undefined var void while with yield`.split(/\s+/u),
);

// What generated classes inherit, and the names by which they say what their fields are.
const takenPythonFields: ReadonlySet<string> = new Set(
  `construct copy dict float formats from_orm int json list model_computed_fields model_config model_construct model_copy
  model_dump model_dump_json model_extra model_fields model_fields_set model_json_schema model_parametrized_name
  model_post_init model_rebuild model_validate model_validate_json model_validate_strings parse_file parse_obj parse_raw
  rest schema schema_json str update_forward_refs validate wire`.split(/\s+/u),
);

// Without the words that are only words of the language in some places: `case`, `match`, `type`.
const pythonKeywords: ReadonlySet<string> = new Set(
  `and as assert async await break class continue def del elif else except finally for from global if import in is lambda
  nonlocal not or pass raise return self try while with yield`.split(/\s+/u),
);
