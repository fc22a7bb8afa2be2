/** What services keep, as templates take it: a member for each key, and a class for the keys that share a name. */
import { declarationNames, pythonFieldNames } from "../catalog/naming.js";
import { parametersOf } from "../catalog/subjects.js";
import type { BucketMessage, Catalog, KeyEntry } from "../model.js";
import { originText } from "../typescript/documentation.js";
import { docstring } from "./documentation.js";
import { call, dictionary, type Expression, literal, name, none, subscript, text, union } from "./expression.js";
import { importsFor, type Origins } from "./imports.js";
import { layOut, lineLength, print } from "./layout.js";
import { type ModuleNames, nameIn } from "./module-names.js";
import { modelType } from "./plain-type.js";
import { render } from "./render.js";
import type { ServiceContext } from "./service.js";
import { byName, methodSignature, type Parameter, self } from "./signature.js";

const origins: Origins = [
  [
    { from: "dataclasses", names: ["dataclass"] },
    { from: "typing", names: ["TYPE_CHECKING"] },
  ],
  [
    { from: ".", names: ["descriptors"] },
    { from: ".runtime.client.channel", names: ["ChannelCore"] },
    { from: ".runtime.state.state_key", names: ["StateKey"] },
    { from: ".runtime.state.state_keys", names: ["StateKeys"] },
  ],
];

/** The view of `state.py`. */
export function stateView(catalog: Catalog, names: ModuleNames): object {
  const found = catalog.messages.flatMap((message) =>
    message.kind === "bucket"
      ? message.keys.map((key) => ({ message, key, parameters: asked(catalog, message, key) }))
      : [],
  );
  const families = found.filter(({ parameters }) => parameters.length > 0);
  const used = [
    "ChannelCore",
    ...(found.length > 0 ? ["TYPE_CHECKING", "descriptors", "StateKey"] : []),
    ...(families.length > 0 ? ["dataclass", "StateKeys"] : []),
  ];
  return {
    imports: importsFor(used, origins),
    usesModels: found.length > 0,
    families: families.map((family) => familyView({ catalog, names }, family)),
    keys: found.map((key) => memberView({ catalog, names }, key)),
  };
}

/** A key, in its bucket. */
interface FoundKey {
  readonly message: BucketMessage;
  readonly key: KeyEntry;
  /** What its name takes beside the address. */
  readonly parameters: readonly string[];
}

function asked({ address }: Catalog, message: BucketMessage, key: KeyEntry): readonly string[] {
  const given = new Set(address.map((part) => part.name));
  const all = [message.bucket, key.key].flatMap(parametersOf).map((parameter) => parameter.name);
  return [...new Set(all)].filter((parameter) => !given.has(parameter));
}

function familyView(context: ServiceContext, found: FoundKey): object {
  const { key, parameters } = found;
  const spelt = pythonFieldNames(parameters);
  const fields = parameters.map((parameter) => spelt.get(parameter) ?? parameter);
  const named = Object.fromEntries(parameters.map((parameter) => [parameter, name(spelt.get(parameter) ?? parameter)]));
  const keys = declarationNames.keys(key.payload);
  const type = declarationNames.keyParameters(key.payload);
  const stateKey = subscript("StateKey", [modelType(key.payload)]);
  const some = fields.map((field): Parameter => ({ name: field, type: union([text, none]), default: none }));
  const of = (method: string, given: readonly Parameter[], returns: Expression) =>
    methodSignature({ kind: "function", name: method, parameters: [self, byName, ...given], returns, body: "follows" });
  return {
    keys,
    parameters: type,
    opening: opening(keys, subscript("StateKeys", [literal(`models.${key.payload}`), name(type)])),
    fields,
    named: layOut(dictionary(named), { indent: 8, taken: "return self._where(".length + 1 }),
    one: of(
      "__call__",
      fields.map((field) => ({ name: field, type: text })),
      stateKey,
    ),
    where: of("where", some, name(keys)),
    docstring: documentation(context, found),
  };
}

/** The first line of a class, or its first lines. What it is made of is not loaded when the class is. */
function opening(name: string, base: Expression): string {
  const flat = render("class-line", { name, base: print(base) });
  return flat.length <= lineLength
    ? flat
    : render("class-lines", { name, base: layOut(base, { indent: 4, taken: 0 }) });
}

function memberView(context: ServiceContext, found: FoundKey): object {
  const { message, key, parameters } = found;
  const descriptors = [message.ref, key.ref].map((ref) => name(`descriptors.${nameIn(context.names.messages, ref)}`));
  const type =
    parameters.length === 0
      ? subscript("StateKey", [modelType(key.payload)])
      : name(declarationNames.keys(key.payload));
  const head = parameters.length === 0 ? "StateKey" : declarationNames.keys(key.payload);
  const made = call(head, [call("self._core.stored", descriptors), dictionary({})]);
  return {
    signature: methodSignature({
      kind: "function",
      name: nameIn(context.names.keys, key.ref),
      parameters: [self],
      returns: type,
      body: "follows",
    }),
    docstring: documentation(context, found),
    call: layOut(made, { indent: 8, taken: "return ".length }),
  };
}

function documentation({ catalog }: ServiceContext, { message, key }: FoundKey) {
  const origin = originText(catalog, key.origin);
  return docstring({ text: [key.description], deprecated: message.deprecated, origin });
}
