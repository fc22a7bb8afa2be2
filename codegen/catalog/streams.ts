/** The streams of a protocol: each file with its defaults filled in. */
import { documentsOf, protocolOf } from "../load/documents.js";
import type { Sources, StreamEntry } from "../model.js";
import { outermost, streamSubjects } from "./stream-subjects.js";

/** All streams, sorted by reference. */
export function streamsOf(sources: Sources): readonly StreamEntry[] {
  const protocol = protocolOf(sources).name;
  const events = documentsOf(sources, "event").map(({ document, stem }) => document.event ?? stem);
  const entries = documentsOf(sources, "stream").map(({ source: file, document, stem }): StreamEntry => {
    const { description, source, deprecated, stream, storage = "file", maximumAge } = document;
    const { maximumBytes, maximumMessages, duplicateWindow = 120, delivery, deadLetters } = document;
    return {
      ref: `${protocol}/streams/${stem}`,
      name: stem,
      description,
      source,
      ...(deprecated === undefined ? {} : { deprecated }),
      origin: { file: file.file, pointer: "" },
      stream,
      subjects: streamSubjects(sources, document),
      events: (document.events === "all" ? events : [...document.events]).toSorted(),
      storage,
      maximumAge,
      ...(maximumBytes === undefined ? {} : { maximumBytes }),
      ...(maximumMessages === undefined ? {} : { maximumMessages }),
      duplicateWindow,
      delivery: { limit: 5, backoff: [1, 10, 60], wait: 30, ...delivery },
      deadLetters,
    };
  });
  return entries.toSorted((left, right) => (left.ref < right.ref ? -1 : 1));
}

/** What a stream keeps, in all dialects. */
export function allSubjects({ subjects }: Pick<StreamEntry, "subjects">): readonly string[] {
  return outermost(Object.values(subjects).flat());
}
