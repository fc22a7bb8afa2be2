/** Rules on subject templates, their tokens and their dialects. */
import { compileSubject } from "../../../runtime/protocol/subject.js";
import { toToken } from "../../../runtime/protocol/token.js";
import { suggestion } from "../../findings/diagnostic.js";
import { join } from "../../json/pointer.js";
import { arrivalsOf } from "./arrivals.js";
import { ask } from "./ask.js";
import type { Protocol, Remark, Rule } from "./rule.js";
import { ownSubjects, subjectTemplates, type TemplatePlace } from "./subject-templates.js";

/** invalid_subject */
export const invalidSubject: Rule = {
  code: "invalid_subject",
  *check(protocol) {
    for (const place of subjectTemplates(protocol)) {
      const fault = faultOf(place);
      if (fault !== undefined) yield { source: place.source, pointer: place.pointer, message: fault };
    }
    yield* unutterable(protocol);
  },
};

/** Messages whose name makes no subject in some dialect, though the template is right. */
function* unutterable(protocol: Protocol): Generator<Remark> {
  for (const { source, faults } of arrivalsOf(protocol)) {
    for (const { dialect, fault } of faults)
      yield { source, pointer: "", message: `in the dialect "${dialect}", ${fault}` };
  }
}

/** What a bucket and a key may consist of besides parameters, as NATS has it. */
const storedCharacters = { bucket: /^[A-Za-z0-9_-]*$/u, key: /^[A-Za-z0-9_=/.-]*$/u } as const;

function faultOf({ template, use }: TemplatePlace): string | undefined {
  const compiled = ask(() => compileSubject(template, {}));
  if ("complaint" in compiled) return compiled.complaint;
  if (use === "subject") return undefined;
  const fixed = template.replace(/\{[^{}]*\}/gu, "");
  return storedCharacters[use].test(fixed) ? undefined : `NATS has no ${use} of the name "${template}"`;
}

/** unknown_token */
export const unknownToken: Rule = {
  code: "unknown_token",
  *check(protocol) {
    const known = Object.keys(protocol.document.tokens ?? {});
    for (const { source, pointer, template } of subjectTemplates(protocol)) {
      for (const { type } of parametersOf(template)) {
        if (type === undefined || known.includes(type)) continue;
        const hint = suggestion(type, known) ?? 'add it to "tokens"';
        yield { source, pointer, message: `protocol.json has no token type "${type}"`, hint };
      }
    }
  },
};

/** unfilled_parameter */
export const unfilledParameter: Rule = {
  code: "unfilled_parameter",
  *check(protocol) {
    for (const { source, pointer, template, fillers } of subjectTemplates(protocol)) {
      if (!fillers) continue;
      for (const { name } of parametersOf(template)) {
        if (fillers.includes(name)) continue;
        const hint = suggestion(name, fillers) ?? `what can be filled here: ${fillers.join(", ")}`;
        yield { source, pointer, message: `nobody can fill {${name}}`, hint };
      }
    }
  },
};

/** The parameters of a template that may not be right otherwise. */
function parametersOf(template: string): readonly { readonly name: string; readonly type: string | undefined }[] {
  return [...template.matchAll(/\{([^{}:]+)(?::([^{}]*))?\}/gu)].map(([, name = "", type]) => ({ name, type }));
}

/** unknown_dialect */
export const unknownDialect: Rule = {
  code: "unknown_dialect",
  *check(protocol) {
    const known = Object.keys(protocol.document.dialects);
    for (const { source, pointer, subjects } of ownSubjects(protocol)) {
      for (const dialect of Object.keys(subjects).filter((name) => !known.includes(name))) {
        const hint = suggestion(dialect, known) ?? `the dialects: ${known.join(", ")}`;
        yield { source, pointer: join(pointer, dialect), message: `protocol.json has no dialect "${dialect}"`, hint };
      }
    }
  },
};

/** token_example */
export const tokenExample: Rule = {
  code: "token_example",
  *check({ sources, document }) {
    for (const [name, { steps = [], pattern, examples = {} }] of Object.entries(document.tokens ?? {})) {
      const rule = pattern === undefined ? { steps } : { steps, pattern };
      for (const [text, stated] of Object.entries(examples)) {
        const at = { source: sources.protocol, pointer: join("/tokens", name, "examples", text) };
        const outcome = ask(() => toToken(text, rule, name));
        const refused = "complaint" in outcome;
        if (stated === (refused ? null : outcome.value)) continue;
        const actual = refused ? "is refused" : `becomes ${JSON.stringify(outcome.value)}`;
        const message = `${JSON.stringify(text)} ${actual}, and ${JSON.stringify(stated)} is stated`;
        yield { ...at, message, hint: refused ? outcome.complaint : undefined };
      }
    }
  },
};
