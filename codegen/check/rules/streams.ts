/** Rules on streams. */
import { streamSubjects } from "../../catalog/stream-subjects.js";
import { suggestion } from "../../findings/diagnostic.js";
import { join } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import type { Source } from "../../model.js";
import { arrivalsOf } from "./arrivals.js";
import { ask } from "./ask.js";
import { meet } from "./overlap.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** unknown_event */
export const unknownEvent: Rule = {
  code: "unknown_event",
  *check({ sources }) {
    const known = documentsOf(sources, "event").map(({ document, stem }) => document.event ?? stem);
    for (const { source, document } of documentsOf(sources, "stream")) {
      if (document.events === "all") continue;
      for (const [index, name] of document.events.entries()) {
        if (known.includes(name)) continue;
        const hint = suggestion(name, known) ?? 'list what there is, or write "all"';
        yield { source, pointer: join("/events", index), message: `there is no event "${name}"`, hint };
      }
    }
  },
};

/** overlapping_streams */
export const overlappingStreams: Rule = {
  code: "overlapping_streams",
  *check(protocol) {
    const earlier: Intake[] = [];
    for (const intake of intakesOf(protocol)) {
      const other = earlier.find(
        ({ source, what, tokens }) => (source !== intake.source || what !== intake.what) && meet(tokens, intake.tokens),
      );
      const caught = messagesCaught(protocol, intake);
      const what = other === undefined ? caught : `${other.source.file} ${other.what} on ${other.tokens.join(".")}`;
      if (what !== undefined) yield remark(intake, what);
      earlier.push(intake);
    }
  },
};

/** forgetful_stream */
export const forgetfulStream: Rule = {
  code: "forgetful_stream",
  *check({ sources }) {
    for (const { source, document } of documentsOf(sources, "stream")) {
      const { maximumAge, duplicateWindow = 120 } = document;
      if (duplicateWindow <= maximumAge) continue;
      const message = `ids are remembered for ${duplicateWindow} s, and events are kept for ${maximumAge} s`;
      yield { source, pointer: "/maximumAge", message, hint: 'lower "duplicateWindow"' };
    }
  },
};

/** A subject that a stream takes from, with wildcards. */
interface Intake {
  readonly source: Source;
  readonly pointer: string;
  readonly what: "keeps what arrives" | "keeps dead letters";
  readonly tokens: readonly string[];
}

/** Without those whose templates are wrong, which other rules say. */
function intakesOf({ sources }: Protocol): readonly Intake[] {
  return documentsOf(sources, "stream").flatMap(({ source, document }): readonly Intake[] => {
    const subjects = ask(() => Object.values(streamSubjects(sources, document)).flat());
    const kept = "complaint" in subjects ? [] : [...new Set(subjects.value)];
    const dead = document.deadLetters.subject.replaceAll(/[^.]*\{[^.]*/gu, "*");
    return [
      ...kept.map((subject) => intake(source, "/events", subject)),
      { source, pointer: "/deadLetters/subject", what: "keeps dead letters", tokens: dead.split(".") },
    ];
  });
}

function intake(source: Source, pointer: string, subject: string): Intake {
  return { source, pointer, what: "keeps what arrives", tokens: subject.split(".") };
}

/** What a stream would take by accident: a server answers a request that a stream takes, and a dead letter is no message. */
function messagesCaught(protocol: Protocol, { what, tokens }: Intake): string | undefined {
  const caught = arrivalsOf(protocol).find(
    ({ kind, subjects }) =>
      (what === "keeps dead letters" || kind !== "event") &&
      Object.values(subjects).some((other) => meet(tokens, other)),
  );
  return caught && `${caught.source.file} arrives there`;
}

function remark({ source, pointer, what, tokens }: Intake, other: string): Remark {
  return { source, pointer, message: `this ${what} on ${tokens.join(".")}, and ${other}` };
}
