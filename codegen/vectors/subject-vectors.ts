/** Vectors for tokens and subjects: text to token, parameters to subject, subject to parameters. */

import { compileSubject, type Subject } from "../../runtime/protocol/subject.js";
import type { Json } from "../../runtime/value/shape.js";
import { fixedParameters, parametersOf } from "../catalog/subjects.js";
import type { Catalog, Message } from "../model.js";

type Texts = Readonly<Record<string, string>>;

type Tokens = Catalog["tokens"];

/** A template of a message, and what is fixed in it. */
export interface SubjectPlace {
  readonly ref: string;
  /** Nothing for buckets and keys, which are the same in every dialect. */
  readonly dialect: string | null;
  readonly template: string;
  readonly fixed: Texts;
}

/**
 * The content of `subjects.json`.
 *
 * - `tokens`: `{token, text, becomes}`, the examples of protocol.json; `becomes` is null where the text is refused
 * - `subjects`: `{ref, dialect, template, parameters, subject, parsed}`; `subject` is null where a parameter is refused
 */
export function subjectVectors(
  tokens: Tokens,
  places: readonly SubjectPlace[],
): Readonly<Record<string, readonly Json[]>> {
  const compiled = new Map<string, Subject>();
  const subjects = places.flatMap((place) => {
    const known = compiled.get(place.template);
    // All examples for the first message with a template, and one for each other: they differ in what is fixed only.
    if (known !== undefined) return [vectorOf(place, known, parameterSets(tokens, place)[0] ?? {})];
    const subject: Subject = compileSubject(place.template, tokens);
    compiled.set(place.template, subject);
    const accepted = parameterSets(tokens, place).map((parameters) => vectorOf(place, subject, parameters));
    return [...accepted, ...refusedTexts(tokens, place)];
  });
  return { tokens: tokenVectors(tokens), subjects };
}

function tokenVectors(tokens: Tokens): readonly Json[] {
  return Object.entries(tokens).flatMap(([token, { examples }]) =>
    Object.entries(examples).map(([text, becomes]) => ({ token, text, becomes })),
  );
}

/** All templates, in the order of their messages. */
export function subjectPlaces({ messages }: Catalog): readonly SubjectPlace[] {
  return messages.flatMap(placesOf);
}

function placesOf(message: Message): readonly SubjectPlace[] {
  if (message.kind === "config") return [];
  const { ref } = message;
  if (message.kind !== "bucket") {
    const fixed = fixedParameters(message);
    return Object.entries(message.subjects).map(([dialect, template]) => ({ ref, dialect, template, fixed }));
  }
  const keys = message.keys.map((key) => ({ ref: key.ref, dialect: null, template: key.key, fixed: {} }));
  return [{ ref, dialect: null, template: message.bucket, fixed: {} }, ...keys];
}

/** Texts for all parameters: in each set, a parameter has another of the texts that it may have, or its first again. */
function parameterSets(tokens: Tokens, place: SubjectPlace): readonly Texts[] {
  const choices = parametersOf(place.template).map(({ name, type }) => {
    const fixed = place.fixed[name];
    return { name, texts: fixed === undefined ? acceptedTexts(tokens, type) : [fixed] };
  });
  const most = Math.max(1, ...choices.map(({ texts }) => texts.length));
  return Array.from({ length: most }, (_, index) =>
    Object.fromEntries(choices.map(({ name, texts }) => [name, texts[index] ?? texts[0] ?? ""])),
  );
}

function vectorOf(place: SubjectPlace, template: Subject, parameters: Texts): Json {
  const subject = template.build(parameters);
  return { ...described(place), parameters, subject, parsed: template.match(subject) ?? null };
}

/** A vector for each parameter that the sender chooses, with a text that its token type refuses. */
function refusedTexts(tokens: Tokens, place: SubjectPlace): readonly Json[] {
  const parameters = parametersOf(place.template);
  const usual = Object.fromEntries(
    parameters.map(({ name, type }) => [name, place.fixed[name] ?? acceptedTexts(tokens, type)[0] ?? ""]),
  );
  return parameters.flatMap(({ name, type }): readonly Json[] => {
    const refused = Object.entries(tokens[type]?.examples ?? {}).find(([, token]) => token === null)?.[0] ?? "";
    if (place.fixed[name] !== undefined) return [];
    return [{ ...described(place), parameters: { ...usual, [name]: refused }, subject: null, parsed: null }];
  });
}

function described({ ref, dialect, template }: SubjectPlace) {
  return { ref, dialect, template };
}

function acceptedTexts(tokens: Tokens, type: string): readonly string[] {
  const texts = Object.entries(tokens[type]?.examples ?? {}).filter(([, token]) => token !== null);
  return texts.length > 0 ? texts.map(([text]) => text) : ["example"];
}
