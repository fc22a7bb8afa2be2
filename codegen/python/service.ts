/** Services as classes: a client that asks one, and the handlers that are one. */
import { declarationNames, pythonFieldNames } from "../catalog/naming.js";
import { commandParagraphs, commandsOf, isUnanswered, serviceParagraphs } from "../catalog/service-documentation.js";
import type { Catalog, CommandMessage, ServiceEntry } from "../model.js";
import { originText } from "../typescript/documentation.js";
import { type Docstring, docstring } from "./documentation.js";
import { call, dictionary, type Expression, name, namesIn, union } from "./expression.js";
import { layOut, print } from "./layout.js";
import { type ModuleNames, nameIn } from "./module-names.js";
import { argumentsOf, modelType } from "./plain-type.js";
import { methodSignature } from "./signature.js";

/** A method, as templates take it. */
interface Method {
  readonly signature: string;
  readonly docstring: Docstring | undefined;
  /** What is done, of a client's method. */
  readonly call: string;
  readonly isAnswered: boolean;
}

/** A class, as templates take it. */
export interface ServiceClass {
  readonly name: string;
  readonly docstring: Docstring | undefined;
  /** The constant of the service. */
  readonly constant: string;
  readonly methods: readonly Method[];
  /** What it uses of other modules. */
  readonly names: readonly string[];
}

/** What the classes of services are made from. */
export interface ServiceContext {
  readonly catalog: Catalog;
  readonly names: ModuleNames;
}

/** The class that asks a service. */
export function clientClass({ catalog, names }: ServiceContext, service: ServiceEntry): ServiceClass {
  const methods = commandsOf(catalog, service.name).map((command) => clientMethod({ catalog, names }, command));
  return {
    ...serviceClass({ catalog, names }, service, `What \`${service.name}\` can be asked.`),
    name: declarationNames.client(service.name),
    methods,
    names: ["ServiceClient", ...methods.flatMap((method) => method.names)],
  };
}

/** The class that one writes to be a service. */
export function handlersClass({ catalog, names }: ServiceContext, service: ServiceEntry): ServiceClass {
  const methods = commandsOf(catalog, service.name).map((command) => handler({ catalog, names }, command));
  return {
    ...serviceClass({ catalog, names }, service, `What one writes to be \`${service.name}\`.`),
    name: declarationNames.handlers(service.name),
    methods,
    names: ["Handlers", "descriptors", ...(methods.length === 0 ? [] : ["abstractmethod", "CommandContext", "models"])],
  };
}

function serviceClass({ catalog, names }: ServiceContext, service: ServiceEntry, lead: string) {
  const origin = originText(catalog, { file: "protocol.json", pointer: `/services/${service.name}` });
  const text = serviceParagraphs(catalog, service, lead);
  return {
    constant: nameIn(names.services, service.name),
    docstring: docstring({ text, deprecated: service.deprecated, origin }),
  };
}

function clientMethod(
  { catalog, names }: ServiceContext,
  command: CommandMessage,
): Method & Pick<ServiceClass, "names"> {
  const { parameters, value, names: used } = parametersOf(catalog, command.args);
  const isAnswered = !isUnanswered(catalog, command);
  const asked = call(isAnswered ? "self._call" : "self._tell", [
    name(`descriptors.${nameIn(names.messages, command.ref)}`),
    value,
  ]);
  return {
    signature: methodSignature({
      keyword: "async def",
      name: nameIn(names.methods, command.ref),
      parameters: ["self", ...parameters],
      returns: resultOf(catalog, command),
      body: "follows",
    }),
    docstring: commandDocstring(catalog, command),
    call: layOut(asked, { indent: 8, taken: (isAnswered ? "return await " : "await ").length }),
    isAnswered,
    names: ["descriptors", ...used, ...(isAnswered ? ["models"] : [])],
  };
}

function handler({ catalog, names }: ServiceContext, command: CommandMessage): Method {
  return {
    signature: methodSignature({
      keyword: "async def",
      name: nameIn(names.methods, command.ref),
      parameters: ["self", `args: ${print(modelType(command.args))}`, "context: CommandContext"],
      returns: resultOf(catalog, command),
      body: "follows",
    }),
    docstring: commandDocstring(catalog, command),
    call: "",
    isAnswered: !isUnanswered(catalog, command),
  };
}

/** The parameters of a client's method, and what is made of them: the arguments by their names on the wire. */
function parametersOf(catalog: Catalog, args: string) {
  const type = catalog.types.find((each) => each.name === args);
  const given = type && argumentsOf(type);
  if (given === undefined)
    return { parameters: [`args: ${print(modelType(args))}`], value: name("args"), names: ["models"] };
  const pythonNames = pythonFieldNames(given.map(({ field }) => field));
  const fields = given.map(({ field, required, type }) => {
    const name = pythonNames.get(field) ?? field;
    const whole = required ? type : union([type, absent]);
    const after = required ? "" : " = ABSENT";
    const text = layOut(whole, { indent: 8, taken: `${name}: ${after},`.length });
    return {
      field,
      name,
      text: `${name}: ${text}${after}`,
      names: [...namesIn(whole), ...(required ? [] : ["ABSENT"])],
    };
  });
  // What may be left out comes last, so that readers find what is needed first.
  const sorted = [...given.keys()].toSorted(
    (one, other) => Number(given[other]?.required) - Number(given[one]?.required),
  );
  const texts = sorted.flatMap((index) => fields[index]?.text ?? []);
  const values: Record<string, Expression> = Object.fromEntries(fields.map((each) => [each.field, name(each.name)]));
  return {
    parameters: texts.length === 0 ? [] : ["*", ...texts],
    value: dictionary(values),
    names: fields.flatMap((each) => each.names),
  };
}

const absent = name("Absent");

function resultOf(catalog: Catalog, command: CommandMessage): string {
  return isUnanswered(catalog, command) ? "None" : print(modelType(command.result));
}

function commandDocstring(catalog: Catalog, command: CommandMessage): Docstring | undefined {
  const { deprecated, origin } = command;
  return docstring({ text: commandParagraphs(catalog, command), deprecated, origin: originText(catalog, origin) });
}
