/** Interfaces of a service: its methods as a caller sees them, and as the service writes them. */
import type { DeclaredError } from "../../runtime/message.js";
import type { Shape } from "../../runtime/shape.js";
import type { Catalog, CommandMessage, ServiceEntry } from "../model.js";
import { declarationNames } from "../naming.js";
import { type Code, documented, functionOf, interfaceOf, methodOf } from "./code.js";
import { commentLines, originText } from "./documentation.js";

/** The interfaces of one service. */
export function serviceInterfaces(catalog: Catalog, service: ServiceEntry): readonly Code[] {
  const { name, description, deprecated } = service;
  const commands = commandsOf(catalog, name);
  const common = commonErrors(commands);
  const origin = originText(catalog, { file: "protocol.json", pointer: `/services/${name}` });
  const comment = (lead: string) =>
    commentLines({ text: [`${lead} ${description}`, refusals("Any of them", common)], deprecated, origin });
  const commented = (command: CommandMessage, code: Code) => documented(commandComment(catalog, command, common), code);
  return [
    documented(
      comment(`What \`${name}\` can be asked.`),
      interfaceOf(
        declarationNames.client(name),
        commands.map((command) => commented(command, call(catalog, command))),
      ),
    ),
    documented(
      comment(`What one writes to be \`${name}\`.`),
      interfaceOf(
        declarationNames.handlers(name),
        commands.map((command) => commented(command, handler(catalog, command))),
      ),
    ),
  ];
}

function commandsOf(catalog: Catalog, service: string): readonly CommandMessage[] {
  return catalog.messages
    .filter((message) => message.kind === "command")
    .filter((command) => command.service === service);
}

/** The method of the typed client. */
function call(catalog: Catalog, command: CommandMessage): Code {
  const { method, args } = command;
  const parameters = [`args${needsArguments(catalog, args) ? "" : "?"}: types.${args}`, "options?: CallOptions"];
  return methodOf({ name: method, parameters, returns: `Promise<${resultOf(catalog, command)}>` });
}

/** The method of a service's handlers: as a property, so that its parameters are checked strictly. */
function handler(catalog: Catalog, command: CommandMessage): Code {
  const result = resultOf(catalog, command);
  const address = declarationNames.map(catalog.name, "address");
  const parameters = [`args: types.${command.args}`, `context: CommandContext<${address}>`];
  return functionOf({ name: command.method, parameters, returns: `${result} | Promise<${result}>` });
}

/** Nothing, of a command that nobody answers. */
function resultOf({ envelopes }: Catalog, { envelope, result }: CommandMessage): string {
  const found = envelopes[envelope];
  return found?.kind === "command" && found.reply === undefined ? "void" : `types.${result}`;
}

function needsArguments(catalog: Catalog, type: string): boolean {
  const shape = catalog.types.find(({ name }) => name === type)?.shape;
  return shape === undefined || hasRequired(shape);
}

function hasRequired(shape: Shape): boolean {
  if (shape.kind === "reference") return hasRequired(shape.target());
  return shape.kind !== "object" || shape.properties.some((property) => property.required);
}

function commandComment(
  catalog: Catalog,
  command: CommandMessage,
  common: readonly DeclaredError[],
): readonly string[] {
  const { description, rank, ignored, repeatable, errors, deprecated, origin } = command;
  const instead = ignored?.instead === undefined ? "" : ` Instead: ${ignored.instead}`;
  const own = errors.filter((error) => !isIn(common, error));
  return commentLines({
    text: [
      description,
      rank === undefined ? undefined : `For rank ${rank} and above.`,
      ignored === undefined ? undefined : `Has no effect: ${ignored.because}${instead}`,
      repeatable ? "May be repeated: sent twice, it does what it does when sent once." : undefined,
      refusals("It", own),
    ],
    deprecated,
    origin: originText(catalog, origin),
  });
}

function refusals(who: string, errors: readonly DeclaredError[]): string | undefined {
  if (errors.length === 0) return undefined;
  return [`${who} may be refused with`, ...errors.map(({ code, description }) => `- \`${code}\`: ${description}`)].join(
    "\n",
  );
}

/** The errors that all commands of a service have: said once, of the service. */
function commonErrors([first, ...others]: readonly CommandMessage[]): readonly DeclaredError[] {
  if (first === undefined || others.length === 0) return [];
  return first.errors.filter((error) => others.every(({ errors }) => isIn(errors, error)));
}

function isIn(errors: readonly DeclaredError[], { code, description }: DeclaredError): boolean {
  return errors.some((error) => error.code === code && error.description === description);
}
