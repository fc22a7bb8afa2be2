/** Interfaces of a service: its methods as a caller sees them, and as the service writes them. */
import type { Shape } from "../../runtime/value/shape.js";
import { declarationNames } from "../catalog/naming.js";
import { commandParagraphs, commandsOf, isUnanswered, serviceParagraphs } from "../catalog/service-documentation.js";
import type { Catalog, CommandMessage, ServiceEntry } from "../model.js";
import { type Code, documented, functionOf, interfaceOf, methodOf, printOnce } from "./code.js";
import { commentLines, originText } from "./documentation.js";

/** A command, with what its methods must know about its types and its envelope. */
interface Method {
  readonly command: CommandMessage;
  readonly comment: readonly string[];
  readonly needsArguments: boolean;
  /** What it promises: nothing, when nobody answers. */
  readonly result: string;
}

/** The interfaces of one service. */
export function serviceInterfaces(catalog: Catalog, service: ServiceEntry): readonly string[] {
  const { name, deprecated } = service;
  const methods = commandsOf(catalog, name).map((command) => methodOfCommand(catalog, command));
  const origin = originText(catalog, { file: "protocol.json", pointer: `/services/${name}` });
  const comment = (lead: string) =>
    commentLines({ text: serviceParagraphs(catalog, service, lead), deprecated, origin });
  const asked = comment(`What \`${name}\` can be asked.`);
  const written = comment(`What one writes to be \`${name}\`.`);
  const address = declarationNames.map(catalog.name, "address");
  return [
    printOnce("client", [name, asked, JSON.stringify(methods)], () =>
      documented(asked, interfaceOf(declarationNames.client(name), methods.map(call))),
    ),
    printOnce("handlers", [name, written, address, JSON.stringify(methods)], () =>
      documented(
        written,
        interfaceOf(
          declarationNames.handlers(name),
          methods.map((method) => handler(method, address)),
        ),
      ),
    ),
  ];
}

function methodOfCommand(catalog: Catalog, command: CommandMessage): Method {
  const { args, result, deprecated, origin } = command;
  const shape = catalog.types.find(({ name }) => name === args)?.shape;
  const text = commandParagraphs(catalog, command);
  return {
    command,
    comment: commentLines({ text, deprecated, origin: originText(catalog, origin) }),
    needsArguments: shape === undefined || hasRequired(shape),
    result: isUnanswered(catalog, command) ? "void" : `types.${result}`,
  };
}

/** The method of the typed client. */
function call({ command: { method, args }, comment, needsArguments, result }: Method): Code {
  const parameters = [`args${needsArguments ? "" : "?"}: types.${args}`, "options?: CallOptions"];
  return documented(comment, methodOf({ name: method, parameters, returns: `Promise<${result}>` }));
}

/** The method of a service's handlers: as a property, so that its parameters are checked strictly. */
function handler({ command: { method, args }, comment, result }: Method, address: string): Code {
  const parameters = [`args: types.${args}`, `context: CommandContext<${address}>`];
  return documented(comment, functionOf({ name: method, parameters, returns: `${result} | Promise<${result}>` }));
}

function hasRequired(shape: Shape): boolean {
  if (shape.kind === "reference") return hasRequired(shape.target());
  return shape.kind !== "object" || shape.properties.some((property) => property.required);
}
