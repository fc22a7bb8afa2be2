/** A stream as a constant of a Python module. */
import { allSubjects } from "../catalog/streams.js";
import type { Catalog, StreamEntry } from "../model.js";
import { originText } from "../typescript/documentation.js";
import type { Constant } from "./assignment.js";
import { dataOf } from "./data.js";
import { docstring } from "./documentation.js";
import { call, name } from "./expression.js";
import { type ModuleNames, nameIn } from "./module-names.js";

/** The constant of a stream. */
export function streamConstant(catalog: Catalog, names: ModuleNames, entry: StreamEntry): Constant {
  const { ref, description, deprecated, origin, events, storage, delivery, deadLetters } = entry;
  const { limit, backoff, wait } = delivery;
  return {
    name: nameIn(names.streams, ref),
    type: name("message.StreamDescriptor"),
    value: call("message.StreamDescriptor", [], {
      ref,
      name: entry.name,
      stream: entry.stream,
      subjects: dataOf([...allSubjects(entry)]),
      events: dataOf([...events]),
      storage,
      maximum_age: entry.maximumAge,
      maximum_bytes: entry.maximumBytes,
      maximum_messages: entry.maximumMessages,
      duplicate_window: entry.duplicateWindow,
      delivery: call("message.DeliveryRules", [], { limit, backoff: dataOf([...backoff]), wait }),
      dead_letters: call("message.DeadLetterDescriptor", [], {
        stream: deadLetters.stream,
        subject: deadLetters.subject,
        maximum_age: deadLetters.maximumAge,
      }),
    }),
    docstring: docstring({ text: [description], deprecated, origin: originText(catalog, origin) }),
  };
}
