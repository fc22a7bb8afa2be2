/** Rules on services and their commands. */
import { resolve } from "../../../runtime/value/expectation.js";
import { camelCase } from "../../catalog/naming.js";
import { suggestion } from "../../findings/diagnostic.js";
import { join } from "../../json/pointer.js";
import { type CommandDocument, type DocumentFile, documentsOf, serviceOf } from "../../load/documents.js";
import type { Protocol, Rule } from "./rule.js";

/** unknown_service */
export const unknownService: Rule = {
  code: "unknown_service",
  *check({ sources, document }) {
    const known = Object.keys(document.services ?? {});
    for (const { source } of documentsOf(sources, "command")) {
      const service = serviceOf(source);
      if (known.includes(service)) continue;
      const message = `"${service}" is no service of protocol.json`;
      yield { source, pointer: "", message, hint: suggestion(service, known) ?? 'add it to "services"' };
    }
  },
};

/** command_clash */
export const commandClash: Rule = {
  code: "command_clash",
  *check(protocol) {
    for (const commands of byService(protocol)) {
      const methods = new Map<string, string>();
      const names = new Map<string, string>();
      for (const { source, document, stem } of commands) {
        const method = document.method ?? camelCase(stem);
        const other = methods.get(method.toLowerCase());
        if (other !== undefined) {
          const message = `the method "${method}" belongs to ${other} already`;
          yield { source, pointer: "/method", message, hint: 'set another "method"' };
        }
        methods.set(method.toLowerCase(), source.file);
        for (const { name, pointer } of wireNames(document, stem)) {
          const owner = names.get(name);
          if (owner !== undefined) yield { source, pointer, message: `the name "${name}" belongs to ${owner} already` };
          names.set(name, source.file);
        }
      }
    }
  },
};

function byService({ sources }: Protocol): Iterable<readonly DocumentFile<CommandDocument>[]> {
  const services = new Map<string, DocumentFile<CommandDocument>[]>();
  for (const file of documentsOf(sources, "command")) {
    const service = serviceOf(file.source);
    services.set(service, [...(services.get(service) ?? []), file]);
  }
  return services.values();
}

function wireNames({ command, aliases = [] }: CommandDocument, stem: string) {
  return [
    { name: command ?? stem, pointer: "/command" },
    ...aliases.map((name, index) => ({ name, pointer: join("/aliases", index) })),
  ];
}

/** unknown_pace */
export const unknownPace: Rule = {
  code: "unknown_pace",
  *check({ sources, document: { paces = {} } }) {
    const known = Object.keys(paces);
    for (const { source, document } of documentsOf(sources, "command")) {
      const { pace } = document;
      if (pace === undefined || known.includes(pace)) continue;
      const message = `"${pace}" is no pace of protocol.json`;
      yield { source, pointer: "/pace", message, hint: suggestion(pace, known) ?? 'add it to "paces"' };
    }
  },
};

/** arguments_object */
export const argumentsObject: Rule = {
  code: "arguments_object",
  *check({ sources, shapes }) {
    for (const { source, document } of documentsOf(sources, "command")) {
      if (resolve(shapes.read(document.args, source)).kind === "object") continue;
      const hint = 'for a command without arguments, write { "type": "object", "properties": {} }';
      yield { source, pointer: "/args", message: "the arguments are no object", hint };
    }
  },
};

/** unnamed_address */
export const unnamedAddress: Rule = {
  code: "unnamed_address",
  *check({ sources, shapes, document: { address = [] } }) {
    for (const { source, document } of documentsOf(sources, "command")) {
      if (document.resultNamesAddress === undefined) continue;
      const shape = resolve(shapes.read(document.result, source));
      const fields = shape.kind === "object" ? shape.properties.map(({ name }) => name) : [];
      const missing = address.map(({ name }) => name).filter((name) => !fields.includes(name));
      if (address.length > 0 && missing.length === 0) continue;
      const message = address.length === 0 ? "the protocol has no address" : `the result has no ${missing.join(", ")}`;
      yield { source, pointer: "/resultNamesAddress", message };
    }
  },
};

/** argument_alias */
export const argumentAlias: Rule = {
  code: "argument_alias",
  *check({ sources, shapes }) {
    for (const { source, document } of documentsOf(sources, "command")) {
      const shape = resolve(shapes.read(document.args, source));
      const known = shape.kind === "object" ? shape.properties.map(({ name }) => name) : [];
      const taken = new Set(known);
      for (const [name, aliases] of Object.entries(document.argumentAliases ?? {})) {
        const pointer = join("/argumentAliases", name);
        if (!known.includes(name)) {
          yield { source, pointer, message: `there is no argument "${name}"`, hint: suggestion(name, known) };
        }
        for (const [index, alias] of aliases.entries()) {
          if (taken.has(alias))
            yield { source, pointer: join(pointer, index), message: `"${alias}" is an argument, or an alias, already` };
          taken.add(alias);
        }
      }
    }
  },
};
