/** Messages as descriptors: the data that the runtime works with, as constants of a Python module. */
import { commandsOf } from "../catalog/service-documentation.js";
import { portablePattern } from "../json/portable-pattern.js";
import type {
  BucketMessage,
  Catalog,
  CommandMessage,
  ConfigEntry,
  EventMessage,
  KeyEntry,
  LifecycleMessage,
  Message,
  ServiceEntry,
} from "../model.js";
import { originText } from "../typescript/documentation.js";
import type { Constant } from "./assignment.js";
import { settingsOf } from "./configuration.js";
import { filledDataOf } from "./data.js";
import { docstring } from "./documentation.js";
import { call, dictionary, type Expression, list, literal, name, subscript } from "./expression.js";
import { type ModuleNames, nameIn } from "./module-names.js";

/** The constants of a message: one, and for a bucket one for each key before it. */
export function messageConstants(catalog: Catalog, names: ModuleNames, message: Message): readonly Constant[] {
  const constant = (described: Described, content: Content): Constant => {
    const { ref, description, deprecated, origin } = described;
    const documentation = { text: [description], deprecated, origin: originText(catalog, origin) };
    return { name: nameIn(names.messages, ref), ...content, docstring: docstring(documentation) };
  };
  switch (message.kind) {
    case "config":
      return [constant(message, config(message))];
    case "event":
      return [constant(message, broadcast(message, "EventDescriptor"))];
    case "lifecycle":
      return [constant(message, broadcast(message, "LifecycleDescriptor"))];
    case "command":
      return [constant(message, command(names, message))];
    case "bucket":
      return [
        ...message.keys.map((key) => constant(key, keyContent(names, key))),
        constant(message, bucket(names, message)),
      ];
  }
}

/** The constant of a service, which holds those of its commands. */
export function serviceConstant(catalog: Catalog, names: ModuleNames, service: ServiceEntry): Constant {
  const { description, deprecated, answersTo, ownSubjects } = service;
  const commands = commandsOf(catalog, service.name).map(({ ref }) => [
    nameIn(names.methods, ref),
    name(nameIn(names.messages, ref)),
  ]);
  return {
    name: nameIn(names.services, service.name),
    type: name("message.ServiceDescriptor"),
    value: call("message.ServiceDescriptor", [], {
      name: service.name,
      commands: dictionary(Object.fromEntries(commands)),
      answers_to: filledDataOf(answersTo),
      subjects: filledDataOf(ownSubjects),
    }),
    docstring: docstring({
      text: [description],
      deprecated,
      origin: originText(catalog, { file: "protocol.json", pointer: `/services/${service.name}` }),
    }),
  };
}

/** What is the same for all constants of messages. */
type Content = Pick<Constant, "type" | "value">;

type Described = Pick<Message, "ref" | "description" | "origin"> & { readonly deprecated?: string };

function broadcast(message: EventMessage | LifecycleMessage, type: string): Content {
  const { ref, name, hash, envelope, payload, ownSubjects } = message;
  const subjects = filledDataOf(ownSubjects);
  return content(type, [payload], { ref, name, hash, payload: payloadOf(ref), envelope, subjects });
}

function command(names: ModuleNames, message: CommandMessage): Content {
  const { ref, service, name, hash, envelope, args, result, aliases, argumentAliases, resultTemplate } = message;
  const { repeatable, pace, takes, replies, resultNamesAddress, errors, ignored, deprecated, ownSubjects } = message;
  return content("CommandDescriptor", [args, result], {
    ref,
    service,
    name,
    method: nameIn(names.methods, ref),
    hash,
    envelope,
    args: payloadOf(`${ref}/args`),
    result: payloadOf(`${ref}/result`),
    aliases: filledDataOf(aliases),
    argument_aliases: filledDataOf(argumentAliases),
    result_template: filledDataOf(resultTemplate),
    repeatable: repeatable || undefined,
    pace,
    takes: takes && takes / 1000,
    replies,
    result_names_address: resultNamesAddress,
    errors: errors.length === 0 ? undefined : list(errors.map(declaredError)),
    ignored: ignored && call("message.Ignored", [], { because: ignored.because, instead: ignored.instead }),
    deprecated,
    subjects: filledDataOf(ownSubjects),
  });
}

function config(message: ConfigEntry): Content {
  const { ref, name, hash, payload } = message;
  return content("ConfigDescriptor", [payload], {
    ref,
    name,
    hash,
    payload: payloadOf(ref),
    settings: settingsOf(message),
  });
}

function declaredError({ code, description, matches }: CommandMessage["errors"][number]): Expression {
  const pattern = matches === undefined ? undefined : portablePattern(matches);
  return call("message.DeclaredError", [], { code, description, matches: pattern });
}

function keyContent(names: ModuleNames, { ref, key, encoding, hash, payload }: KeyEntry): Content {
  const method = nameIn(names.keys, ref);
  return content("KeyDescriptor", [payload], { ref, method, key, encoding, hash, payload: payloadOf(ref) });
}

function bucket(names: ModuleNames, message: BucketMessage): Content {
  const { ref, name: given, bucket, keys, history, maximumValueSize } = message;
  const options = call("message.BucketOptions", [], { history, maximum_value_size: maximumValueSize });
  const byName = Object.fromEntries(keys.map((key) => [key.name, name(nameIn(names.messages, key.ref))]));
  return {
    type: name("message.BucketDescriptor"),
    value: call("message.BucketDescriptor", [], { ref, name: given, bucket, keys: dictionary(byName), options }),
  };
}

function content(type: string, types: readonly string[], keywords: Parameters<typeof call>[2]): Content {
  const head = `message.${type}`;
  return {
    type: subscript(
      head,
      types.map((each) => name(`models.${each}`)),
    ),
    value: call(head, [], keywords),
  };
}

function payloadOf(ref: string): Expression {
  return subscript("PAYLOADS", [literal(ref)]);
}
