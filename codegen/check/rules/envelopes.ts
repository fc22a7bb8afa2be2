/** Rules on envelopes and templates. */
import { compileTemplate } from "../../../runtime/protocol/envelope.js";
import type { Envelope, Template } from "../../../runtime/protocol/message.js";
import { suggestion } from "../../findings/diagnostic.js";
import { join } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import { ask } from "./ask.js";
import { factsOf } from "./facts.js";
import { holeNames, holes } from "./holes.js";
import type { Protocol, Remark, Rule } from "./rule.js";

/** unknown_envelope */
export const unknownEnvelope: Rule = {
  code: "unknown_envelope",
  *check({ sources, document }) {
    const { envelopes, events, lifecycle, services = {} } = document;
    const named = [
      { source: sources.protocol, pointer: "/events/envelope", name: events?.envelope, kind: "event" },
      { source: sources.protocol, pointer: "/lifecycle/envelope", name: lifecycle?.envelope, kind: "event" },
      ...Object.entries(services).map(([service, { envelope }]) => ({
        source: sources.protocol,
        pointer: join("/services", service, "envelope"),
        name: envelope,
        kind: "command",
      })),
      ...(["event", "lifecycle", "command"] as const).flatMap((kind) =>
        documentsOf(sources, kind).map(({ source, document: { envelope } }) => ({
          source,
          pointer: "/envelope",
          name: envelope,
          kind: kind === "command" ? "command" : "event",
        })),
      ),
    ];
    for (const { source, pointer, name, kind } of named) {
      const envelope = name === undefined ? undefined : envelopes[name];
      if (name === undefined || envelope?.kind === kind) continue;
      const known = Object.keys(envelopes).filter((other) => envelopes[other]?.kind === kind);
      const message = envelope
        ? `"${name}" is an envelope for ${envelope.kind}s`
        : `protocol.json has no envelope "${name}"`;
      yield {
        source,
        pointer,
        message,
        hint: suggestion(name, known) ?? `envelopes for ${kind}s: ${known.join(", ")}`,
      };
    }
    for (const { source, document: event } of documentsOf(sources, "event")) {
      if (event.envelope !== undefined || events !== undefined) continue;
      yield {
        source,
        pointer: "",
        message: "no envelope is named",
        hint: 'set "events": { "envelope": ... } in protocol.json',
      };
    }
  },
};

/** A template, the holes that are filled in it, and the one it is there for. */
interface TemplatePlace extends Pick<Remark, "source" | "pointer"> {
  readonly template: Template;
  readonly filled: readonly string[];
  readonly carries?: string;
}

function templatesOf({ sources, document }: Protocol): readonly TemplatePlace[] {
  const address = (document.address ?? []).map(({ name }) => name);
  const inEnvelopes = Object.entries(document.envelopes).flatMap(([name, envelope]) =>
    templatesOfEnvelope(envelope, address).map((place) => ({
      ...place,
      source: sources.protocol,
      pointer: join("/envelopes", name) + place.pointer,
    })),
  );
  const inCommands = documentsOf(sources, "command").flatMap(({ source, document: { resultTemplate: template } }) =>
    template === undefined
      ? []
      : [
          {
            source,
            pointer: "/resultTemplate",
            template,
            filled: ["result", "id", "timestamp", ...address],
            carries: "result",
          },
        ],
  );
  const inRoles = Object.entries(factsOf).flatMap(([part, filled]) => {
    const template = document.lifecycle?.[part as keyof typeof factsOf];
    const place = { source: sources.protocol, pointer: join("/lifecycle", part) };
    return template === undefined ? [] : [{ ...place, template, filled }];
  });
  return [...inEnvelopes, ...inCommands, ...inRoles];
}

function templatesOfEnvelope(envelope: Envelope, address: readonly string[]): readonly Omit<TemplatePlace, "source">[] {
  if (envelope.kind === "event") {
    const filled = ["event", "payload", "id", "timestamp", ...address];
    return [{ pointer: "/body", template: envelope.body, filled, carries: "payload" }];
  }
  const asked = ["service", "command", "args", "source", "id", "timestamp", ...address];
  const answered = ["service", "command", "result", "message", "code", "details", "id", "timestamp", ...address];
  const { request, reply } = envelope;
  return [
    { pointer: "/request", template: request, filled: asked, carries: "args" },
    ...(reply ? [{ pointer: "/reply/success", template: reply.success, filled: answered }] : []),
    ...(reply?.failures ?? []).map((template, index) => ({
      pointer: join("/reply/failures", index),
      template,
      filled: answered,
    })),
  ];
}

/** unknown_hole */
export const unknownHole: Rule = {
  code: "unknown_hole",
  *check(protocol) {
    for (const { source, pointer, template, filled } of templatesOf(protocol)) {
      for (const hole of holes(template)) {
        if (filled.includes(hole.name)) continue;
        const hint = suggestion(hole.name, filled) ?? `what is filled here: ${filled.join(", ")}`;
        yield { source, pointer: pointer + hole.pointer, message: `nothing fills {${hole.name}}`, hint };
      }
    }
  },
};

/** missing_hole */
export const missingHole: Rule = {
  code: "missing_hole",
  *check(protocol) {
    for (const { source, pointer, template, carries } of templatesOf(protocol)) {
      if (carries === undefined || holeNames(template).includes(carries)) continue;
      yield { source, pointer, message: `there is no "{${carries}}", so what a message carries is lost` };
    }
  },
};

/** invalid_template */
export const invalidTemplate: Rule = {
  code: "invalid_template",
  *check(protocol) {
    for (const { source, pointer, template } of templatesOf(protocol)) {
      const compiled = ask(() => compileTemplate(template));
      if ("complaint" in compiled) yield { source, pointer, message: compiled.complaint };
    }
  },
};
