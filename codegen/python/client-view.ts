/** What programs hold, as templates take it: the client, its channels, their events and their state. */
import { declarationNames, pythonFieldNames } from "../catalog/naming.js";
import { parametersOf } from "../catalog/subjects.js";
import type { BucketMessage, Catalog, EventMessage, KeyEntry, LifecycleMessage } from "../model.js";
import { originText } from "../typescript/documentation.js";
import { docstring } from "./documentation.js";
import { call, type Expression, keyword, literal, name, subscript } from "./expression.js";
import { layOut, print } from "./layout.js";
import { type ModuleNames, nameIn } from "./module-names.js";
import { modelType } from "./plain-type.js";
import { methodSignature, type Signature } from "./signature.js";

/** The view of `client.py`. */
export function clientView(catalog: Catalog, names: ModuleNames): object {
  const events = catalog.messages.filter((message) => message.kind === "event");
  const lifecycle = catalog.messages.filter((message) => message.kind === "lifecycle");
  return {
    events: events.map(eventOverloads),
    lifecycle: lifecycle.map(lifecycleOverloads),
    services: catalog.services.map(({ name, description, deprecated }) => ({
      member: nameIn(names.members, name),
      client: declarationNames.client(name),
      docstring: docstring({ text: [description], deprecated }),
    })),
    keys: catalog.messages.flatMap((message) =>
      message.kind === "bucket" ? message.keys.map((key) => stateMember(catalog, names, message, key)) : [],
    ),
  };
}

/** Three ways to name an event, with the type of what it carries. */
function eventOverloads({ name: event, payload }: EventMessage): object {
  const named = `event: ${print(literalType(event))}`;
  const carried = print(modelType(payload));
  return {
    decorator: on("on", ["self", named], `EventDecorator[${carried}, Channel]`),
    call: on("on", ["self", named, `handler: EventHandler[${carried}, Channel]`], "Registration"),
    publish: methodSignature({
      keyword: "async def",
      name: "publish",
      parameters: ["self", named, `payload: ${carried}`, "*", "id: str | None = None", "timestamp: str | None = None"],
      returns: "None",
      body: "none",
    }),
  };
}

function lifecycleOverloads({ name: kind, payload }: LifecycleMessage): object {
  const named = `name: ${print(literalType(kind))}`;
  const carried = print(modelType(payload));
  const service = ["*", "service: str | None = None"];
  return {
    decorator: on("on_lifecycle", ["self", named, ...service], `LifecycleDecorator[${carried}]`),
    call: on("on_lifecycle", ["self", named, `handler: LifecycleHandler[${carried}]`, ...service], "Registration"),
    publish: methodSignature({
      keyword: "async def",
      name: "publish_lifecycle",
      parameters: ["self", named, `payload: ${carried}`, ...service],
      returns: "None",
      body: "none",
    }),
  };
}

function on(name: string, parameters: Signature["parameters"], returns: string): string {
  return methodSignature({ keyword: "def", name, parameters, returns, body: "none" });
}

/** A key: a property, or a method that takes the parameters of its name that the address does not give. */
function stateMember(catalog: Catalog, names: ModuleNames, message: BucketMessage, key: KeyEntry): object {
  const given = new Set(catalog.address.map((part) => part.name));
  const asked = [message.bucket, key.key].flatMap(parametersOf).map((parameter) => parameter.name);
  const parameters = [...new Set(asked)].filter((parameter) => !given.has(parameter));
  const spelt = pythonFieldNames(parameters);
  const texts = parameters.map((parameter) => `${spelt.get(parameter)}: str`);
  const descriptors = [message.ref, key.ref].map((ref) => name(`descriptors.${nameIn(names.messages, ref)}`));
  const values: Expression[] = parameters.map((parameter) => keyword(parameter, name(spelt.get(parameter) ?? "")));
  return {
    isProperty: parameters.length === 0,
    signature: methodSignature({
      keyword: "def",
      name: nameIn(names.keys, key.ref),
      parameters: ["self", ...(texts.length === 0 ? [] : ["*", ...texts])],
      returns: print(subscript("StateKey", [modelType(key.payload)])),
      body: "follows",
    }),
    docstring: docstring({
      text: [key.description],
      deprecated: message.deprecated,
      origin: originText(catalog, key.origin),
    }),
    call: layOut(call("self._core.key", [...descriptors, ...values]), { indent: 8, taken: "return ".length }),
  };
}

function literalType(text: string): Expression {
  return subscript("Literal", [literal(text)]);
}
