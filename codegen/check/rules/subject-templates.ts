/** Every subject template of a protocol, and what fills its parameters. */

import { join } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import type { Protocol, Remark } from "./rule.js";

/** A template somewhere in a protocol. */
export interface TemplatePlace extends Pick<Remark, "source" | "pointer"> {
  readonly template: string;
  readonly use: "subject" | "bucket" | "key";
  /** The parameters that can be filled. Absent where the caller may give any. */
  readonly fillers?: readonly string[];
}

/** Subjects that are given by dialect, where a message does not have the subject of its kind. */
export interface OwnSubjects extends Pick<Remark, "source" | "pointer"> {
  readonly kind: Kind;
  readonly subjects: Readonly<Record<string, string>>;
}

/** What a message itself fills, besides the parts of the address. */
const ownParameters = { event: ["event"], command: ["service", "command"], lifecycle: ["service", "kind"] } as const;

type Kind = keyof typeof ownParameters;

/** All templates: of dialects, of messages and services with subjects of their own, of dead letters, buckets and keys. */
export function subjectTemplates(protocol: Protocol): readonly TemplatePlace[] {
  const { sources, document } = protocol;
  const address = (document.address ?? []).map(({ name }) => name);
  const subject = (kind: Kind, place: Pick<TemplatePlace, "source" | "pointer" | "template">): TemplatePlace => ({
    ...place,
    use: "subject",
    fillers: [...address, ...ownParameters[kind]],
  });
  const usual = Object.entries(document.dialects).flatMap(([name, dialect]) =>
    (["event", "command", "lifecycle"] as const).map((kind) =>
      subject(kind, { source: sources.protocol, pointer: join("/dialects", name, kind), template: dialect[kind] }),
    ),
  );
  const own = ownSubjects(protocol).flatMap(({ source, pointer, subjects, kind }) =>
    Object.entries(subjects).map(([dialect, template]) =>
      subject(kind, { source, pointer: join(pointer, dialect), template }),
    ),
  );
  const dead = documentsOf(sources, "stream").map(({ source, document: { deadLetters } }) => ({
    source,
    pointer: "/deadLetters/subject",
    template: deadLetters.subject,
    use: "subject" as const,
    fillers: ["consumer"],
  }));
  return [...usual, ...own, ...dead, ...stored(protocol)];
}

/** Where messages and services have subjects of their own. */
export function ownSubjects({ sources, document }: Protocol): readonly OwnSubjects[] {
  const messages = (["event", "lifecycle", "command"] as const).flatMap((kind) =>
    documentsOf(sources, kind).map(({ source, document: { subjects = {} } }) => ({
      kind,
      source,
      pointer: "/subjects",
      subjects,
    })),
  );
  const services = Object.entries(document.services ?? {}).map(([name, { subjects = {} }]) => ({
    kind: "command" as const,
    source: sources.protocol,
    pointer: join("/services", name, "subjects"),
    subjects,
  }));
  return [...messages, ...services];
}

function stored({ sources }: Protocol): readonly TemplatePlace[] {
  return documentsOf(sources, "state").flatMap(({ source, document: { bucket, keys } }) => [
    { source, pointer: "/bucket", template: bucket, use: "bucket" as const },
    ...Object.entries(keys).map(([name, { key }]) => ({
      source,
      pointer: key === undefined ? join("/keys", name) : join("/keys", name, "key"),
      template: key ?? name,
      use: "key" as const,
    })),
  ]);
}
