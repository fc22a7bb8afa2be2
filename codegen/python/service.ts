/** Services as classes: a client that asks one, and the handlers that are one. */
import { declarationNames, pythonFieldNames } from "../catalog/naming.js";
import { commandParagraphs, commandsOf, isUnanswered, serviceParagraphs } from "../catalog/service-documentation.js";
import { typeIdentity } from "../catalog/type-identity.js";
import { remembered } from "../memory.js";
import type { Catalog, CommandMessage, ServiceEntry } from "../model.js";
import { originText } from "../typescript/documentation.js";
import { type Docstring, docstring } from "./documentation.js";
import { call, dictionary, type Expression, name, namesIn, none, union } from "./expression.js";
import { layOut } from "./layout.js";
import { type ModuleNames, nameIn } from "./module-names.js";
import { argumentsOf, modelType } from "./plain-type.js";
import { render } from "./render.js";
import { byName, methodSignature, type Parameter, self } from "./signature.js";

/** A method, as templates take it. */
interface Method {
  readonly signature: string;
  readonly docstring: Docstring | undefined;
  /** What is done, of a client's method. */
  readonly call: string;
  readonly isAnswered: boolean;
}

/** A class. */
export interface ServiceClass {
  readonly text: string;
  /** What it uses of other modules. */
  readonly names: readonly string[];
}

/** What the classes of services are made from. */
export interface ServiceContext {
  readonly catalog: Catalog;
  readonly names: ModuleNames;
}

/** The class that asks a service. */
export function clientClass(context: ServiceContext, service: ServiceEntry): ServiceClass {
  return remembered("python client", inputOf(context, service), () => {
    const methods = commandsOf(context.catalog, service.name).map((command) => clientMethod(context, command));
    const text = render("service-client", {
      ...headOf(context, service, `What \`${service.name}\` can be asked.`),
      name: declarationNames.client(service.name),
      methods,
    });
    return { text, names: ["ServiceClient", ...methods.flatMap((method) => method.names)] };
  });
}

/** The class that one writes to be a service. */
export function handlersClass(context: ServiceContext, service: ServiceEntry): ServiceClass {
  return remembered("python handlers", inputOf(context, service), () => {
    const methods = commandsOf(context.catalog, service.name).map((command) => handler(context, command));
    const text = render("service-handlers", {
      ...headOf(context, service, `What one writes to be \`${service.name}\`.`),
      name: declarationNames.handlers(service.name),
      methods,
    });
    const names = methods.length === 0 ? [] : ["abstractmethod", "CommandContext", "models"];
    return { text, names: ["Handlers", "descriptors", ...names] };
  });
}

/** All that the classes of a service are made from. */
function inputOf({ catalog, names }: ServiceContext, service: ServiceEntry): string {
  const types = new Map(catalog.types.map((type) => [type.name, type]));
  const commands = commandsOf(catalog, service.name).map((command) => {
    const args = types.get(command.args);
    return [
      command,
      isUnanswered(catalog, command),
      args === undefined ? null : typeIdentity(args),
      names.messages.get(command.ref),
      names.methods.get(command.ref),
    ];
  });
  return JSON.stringify([catalog.name, service, names.services.get(service.name), commands]);
}

function headOf({ catalog, names }: ServiceContext, service: ServiceEntry, lead: string) {
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
      kind: "coroutine",
      name: nameIn(names.methods, command.ref),
      parameters: [self, ...parameters],
      returns: resultOf(catalog, command),
      body: "follows",
    }),
    docstring: commandDocstring(catalog, command),
    call: layOut(asked, { indent: 8, taken: (isAnswered ? "return ".length : 0) + "await ".length }),
    isAnswered,
    names: ["descriptors", ...used, ...(isAnswered ? ["models"] : [])],
  };
}

function handler({ catalog, names }: ServiceContext, command: CommandMessage): Method {
  return {
    signature: methodSignature({
      kind: "coroutine",
      name: nameIn(names.methods, command.ref),
      parameters: [
        self,
        { name: "args", type: modelType(command.args) },
        { name: "context", type: name("CommandContext") },
      ],
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
    return { parameters: [{ name: "args", type: modelType(args) }], value: name("args"), names: ["models"] };
  const pythonNames = pythonFieldNames(given.map(({ field }) => field));
  const fields = given.map(({ field, required, type }) => {
    const name = pythonNames.get(field) ?? field;
    const parameter: Parameter = required ? { name, type } : { name, type: union([type, absentType]), default: absent };
    const used = required ? [type] : [type, absentType, absent];
    return { field, name, parameter, names: used.flatMap(namesIn) };
  });
  // What may be left out comes last, so that readers find what is needed first.
  const sorted = [...given.keys()].toSorted(
    (one, other) => Number(given[other]?.required) - Number(given[one]?.required),
  );
  const parameters = sorted.flatMap((index) => fields[index]?.parameter ?? []);
  const values: Record<string, Expression> = Object.fromEntries(fields.map((each) => [each.field, name(each.name)]));
  return {
    parameters: parameters.length === 0 ? [] : [byName, ...parameters],
    value: dictionary(values),
    names: fields.flatMap((each) => each.names),
  };
}

const absentType = name("Absent");
const absent = name("ABSENT");

function resultOf(catalog: Catalog, command: CommandMessage): Expression {
  return isUnanswered(catalog, command) ? none : modelType(command.result);
}

function commandDocstring(catalog: Catalog, command: CommandMessage): Docstring | undefined {
  const { deprecated, origin } = command;
  return docstring({ text: commandParagraphs(catalog, command), deprecated, origin: originText(catalog, origin) });
}
