/** Vectors for tokens and subjects: text to token, parameters to subject, subject to parameters. */
import type { Json } from "../../runtime/shape.js";
import { compileSubject } from "../../runtime/subject.js";
import type { Catalog, Message } from "../model.js";
import { fixedParameters, parametersOf } from "../subjects.js";

type Texts = Readonly<Record<string, string>>;

/** A template of a message, and what is fixed in it. */
interface Place {
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
export function subjectVectors(catalog: Catalog): Readonly<Record<string, readonly Json[]>> {
  const seen = new Set<string>();
  const subjects = catalog.messages.flatMap(placesOf).flatMap((place) => {
    const isNew = !seen.has(place.template);
    seen.add(place.template);
    // All examples for the first message with a template, and one for each other: they differ in what is fixed only.
    return isNew
      ? [...textsFor(catalog, place), ...refusedTexts(catalog, place)]
      : textsFor(catalog, place).slice(0, 1);
  });
  return { tokens: tokenVectors(catalog), subjects };
}

function tokenVectors({ tokens }: Catalog): readonly Json[] {
  return Object.entries(tokens).flatMap(([token, { examples }]) =>
    Object.entries(examples).map(([text, becomes]) => ({ token, text, becomes })),
  );
}

function placesOf(message: Message): readonly Place[] {
  if (message.kind === "config") return [];
  const { ref } = message;
  if (message.kind !== "bucket") {
    const fixed = fixedParameters(message);
    return Object.entries(message.subjects).map(([dialect, template]) => ({ ref, dialect, template, fixed }));
  }
  const keys = message.keys.map((key) => ({ ref: key.ref, dialect: null, template: key.key, fixed: {} }));
  return [{ ref, dialect: null, template: message.bucket, fixed: {} }, ...keys];
}

/** A vector for each text that a parameter may have, the others having their first. */
function textsFor(catalog: Catalog, place: Place): readonly Json[] {
  const choices = parametersOf(place.template).map(({ name, type }) => {
    const fixed = place.fixed[name];
    return { name, texts: fixed === undefined ? acceptedTexts(catalog, type) : [fixed] };
  });
  const most = Math.max(1, ...choices.map(({ texts }) => texts.length));
  const subject = compileSubject(place.template, catalog.tokens);
  return Array.from({ length: most }, (_, index): Json => {
    const parameters = Object.fromEntries(choices.map(({ name, texts }) => [name, texts[index] ?? texts[0] ?? ""]));
    const built = subject.build(parameters);
    return { ...described(place), parameters, subject: built, parsed: subject.match(built) ?? null };
  });
}

/** A vector for each parameter that the sender chooses, with a text that its token type refuses. */
function refusedTexts(catalog: Catalog, place: Place): readonly Json[] {
  const parameters = parametersOf(place.template);
  const usual = Object.fromEntries(
    parameters.map(({ name, type }) => [name, place.fixed[name] ?? acceptedTexts(catalog, type)[0] ?? ""]),
  );
  return parameters.flatMap(({ name, type }): readonly Json[] => {
    const refused = Object.entries(catalog.tokens[type]?.examples ?? {}).find(([, token]) => token === null)?.[0] ?? "";
    if (place.fixed[name] !== undefined) return [];
    return [{ ...described(place), parameters: { ...usual, [name]: refused }, subject: null, parsed: null }];
  });
}

function described({ ref, dialect, template }: Place) {
  return { ref, dialect, template };
}

function acceptedTexts({ tokens }: Catalog, type: string): readonly string[] {
  const texts = Object.entries(tokens[type]?.examples ?? {}).filter(([, token]) => token !== null);
  return texts.length > 0 ? texts.map(([text]) => text) : ["example"];
}
