/** Rules on the lifecycle messages that the runtime sends and reads by itself. */
import { compileTemplate } from "../../../runtime/protocol/envelope.js";
import type { Role } from "../../../runtime/protocol/role.js";
import { violations } from "../../../runtime/value/violation.js";
import { suggestion } from "../../findings/diagnostic.js";
import { join } from "../../json/pointer.js";
import { type DocumentFile, documentsOf, type LifecycleDocument } from "../../load/documents.js";
import { ask } from "./ask.js";
import { factsIn } from "./facts.js";
import type { Protocol, Rule } from "./rule.js";

/** unknown_lifecycle */
export const unknownLifecycle: Rule = {
  code: "unknown_lifecycle",
  *check(protocol) {
    const known = documentsOf(protocol.sources, "lifecycle").map(nameOf);
    for (const { name, pointer } of rolesOf(protocol)) {
      if (known.includes(name)) continue;
      const message = `there is no lifecycle message "${name}"`;
      const hint = suggestion(name, known) ?? `what there is: ${known.join(", ")}`;
      yield { source: protocol.sources.protocol, pointer, message, hint };
    }
  },
};

/** refused_report */
export const refusedReport: Rule = {
  code: "refused_report",
  *check(protocol) {
    for (const { role, name, pointer } of rolesOf(protocol)) {
      const player = documentsOf(protocol.sources, "lifecycle").find((file) => nameOf(file) === name);
      const complaint = player && complaintOf(protocol, role, player);
      if (complaint === undefined) continue;
      yield {
        source: protocol.sources.protocol,
        pointer,
        message: `what is said as ${role} is no "${name}": ${complaint}`,
      };
    }
  },
};

interface PlayedRole {
  readonly role: Role;
  /** Of the message. */
  readonly name: string;
  readonly pointer: string;
}

function rolesOf({ document }: Protocol): readonly PlayedRole[] {
  const roles = Object.entries(document.lifecycle?.roles ?? {}) as readonly (readonly [Role, string])[];
  return roles.map(([role, name]) => ({ role, name, pointer: join("/lifecycle/roles", role) }));
}

function nameOf({ document, stem }: DocumentFile<LifecycleDocument>): string {
  return document.kind ?? stem;
}

/** Why a message does not take what the runtime has to say, if it does not. */
function complaintOf(
  { document, shapes }: Protocol,
  role: Role,
  { source, document: { payload } }: DocumentFile<LifecycleDocument>,
): string | undefined {
  const template = document.lifecycle?.[role === "restart" || role === "poll" ? role : "report"] ?? {};
  const compiled = ask(() => compileTemplate(template));
  // That is another rule's concern.
  if ("complaint" in compiled) return undefined;
  const shape = shapes.read(payload, source);
  for (const facts of factsIn(role)) {
    const written = ask(() => compiled.value.write(facts));
    if ("complaint" in written) return written.complaint;
    const [violation] = violations(shape, written.value, "refuse");
    if (violation !== undefined) return `${violation.pointer || "the payload"} ${violation.message}`;
  }
  return undefined;
}
