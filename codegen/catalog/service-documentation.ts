/** What there is to say about a service and its commands, in every language alike. */
import type { DeclaredError } from "../../runtime/protocol/message.js";
import type { Catalog, CommandMessage, ServiceEntry } from "../model.js";

interface ServiceCommands {
  readonly commands: readonly CommandMessage[];
  /** The errors that all of them have. */
  readonly errors: readonly DeclaredError[];
}

// Asked for with each command, so found out once for each service.
const byCatalog = new WeakMap<Catalog, Map<string, ServiceCommands>>();

function serviceCommands(catalog: Catalog, service: string): ServiceCommands {
  const byService = byCatalog.get(catalog) ?? new Map<string, ServiceCommands>();
  byCatalog.set(catalog, byService);
  const known = byService.get(service);
  if (known !== undefined) return known;
  const commands = catalog.messages
    .filter((message) => message.kind === "command")
    .filter((command) => command.service === service);
  const found = { commands, errors: commonErrors(commands) };
  byService.set(service, found);
  return found;
}

/** The commands of a service. */
export function commandsOf(catalog: Catalog, service: string): readonly CommandMessage[] {
  return serviceCommands(catalog, service).commands;
}

/** Whether nobody answers a command. */
export function isUnanswered({ envelopes }: Catalog, { envelope }: CommandMessage): boolean {
  const found = envelopes[envelope];
  return found?.kind === "command" && found.reply === undefined;
}

/** The paragraphs on a service, after a lead that says what is described: its client, or its handlers. */
export function serviceParagraphs(catalog: Catalog, service: ServiceEntry, lead: string): readonly string[] {
  const refused = refusals("Any of them", serviceCommands(catalog, service.name).errors);
  return [`${lead} ${service.description}`, ...refused];
}

/** The paragraphs on a command; the errors that all commands of its service have are said of the service. */
export function commandParagraphs(catalog: Catalog, command: CommandMessage): readonly string[] {
  const { description, rank, ignored, repeatable, pace, takes, errors, service } = command;
  const common = serviceCommands(catalog, service).errors;
  const instead = ignored?.instead === undefined ? "" : ` Instead: ${ignored.instead}`;
  return [
    description,
    ...(rank === undefined ? [] : [`For rank ${rank} and above.`]),
    ...(ignored === undefined ? [] : [`Has no effect: ${ignored.because}${instead}`]),
    ...(repeatable ? ["May be repeated: sent twice, it does what it does when sent once."] : []),
    ...(pace === undefined ? [] : [`Keeps the pace \`${pace}\`.`]),
    ...(takes === undefined ? [] : [`May take ${takes} ms, for which a caller waits besides the usual time.`]),
    ...refusals(
      "It",
      errors.filter((error) => !isIn(common, error)),
    ),
  ];
}

function refusals(who: string, errors: readonly DeclaredError[]): readonly string[] {
  if (errors.length === 0) return [];
  const list = errors.map(({ code, description }) => `- \`${code}\`: ${description}`);
  return [[`${who} may be refused with`, ...list].join("\n")];
}

/** The errors that all commands of a service have. */
function commonErrors([first, ...others]: readonly CommandMessage[]): readonly DeclaredError[] {
  if (first === undefined || others.length === 0) return [];
  return first.errors.filter((error) => others.every(({ errors }) => isIn(errors, error)));
}

function isIn(errors: readonly DeclaredError[], { code, description }: DeclaredError): boolean {
  return errors.some((error) => error.code === code && error.description === description);
}
