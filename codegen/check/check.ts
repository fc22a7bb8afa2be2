/** check: all that is wrong with the schemas of a protocol, found by named rules. */
import { join as joinPath } from "node:path";

import { declarationsOf } from "../catalog/declarations.js";
import { ShapeReader } from "../catalog/shapes.js";
import { type Finding, isError } from "../findings/diagnostic.js";
import type { FindingCode } from "../findings/finding-codes.js";
import type { Sources } from "../model.js";
import { unmergeable } from "./rules/all-of.js";
import { missingReason, repeatedEntry, unknownMessage } from "./rules/annexes.js";
import { nameClash } from "./rules/clashes.js";
import { freeContent, missingDescription, missingExample } from "./rules/documentation.js";
import { invalidTemplate, missingHole, unknownEnvelope, unknownHole } from "./rules/envelopes.js";
import { misplacedKeyword, mixedSchema, unknownRequired } from "./rules/keywords.js";
import { unusableName } from "./rules/names.js";
import { emptyRange, unsafeNumber } from "./rules/numbers.js";
import { misfitOption, unknownSetting } from "./rules/options.js";
import { overlappingSubjects } from "./rules/overlap.js";
import { unportablePattern } from "./rules/patterns.js";
import { endlessType } from "./rules/recursion.js";
import { unknownReference, unusedType } from "./rules/references.js";
import { refusedReport, unknownLifecycle } from "./rules/roles.js";
import { examine, type Protocol, type Rule } from "./rules/rule.js";
import { noSample } from "./rules/samples.js";
import {
  argumentAlias,
  argumentsObject,
  commandClash,
  unknownPace,
  unknownService,
  unnamedAddress,
} from "./rules/services.js";
import { spreadClash } from "./rules/spreads.js";
import { forgetfulStream, overlappingStreams, unknownEvent } from "./rules/streams.js";
import { invalidSubject, tokenExample, unfilledParameter, unknownDialect, unknownToken } from "./rules/subjects.js";
import { brokenDiscriminator, indistinctMembers } from "./rules/unions.js";
import { notText, refusedValue } from "./rules/values.js";

/** Rules on what is written. */
const rulesOnText: readonly Rule[] = [
  unknownReference,
  unusedType,
  endlessType,
  mixedSchema,
  misplacedKeyword,
  emptyRange,
  unsafeNumber,
  freeContent,
  missingDescription,
  unportablePattern,
  unusableName,
  nameClash,
  invalidSubject,
  unknownToken,
  unfilledParameter,
  unknownDialect,
  overlappingSubjects,
  unknownEvent,
  overlappingStreams,
  forgetfulStream,
  unknownEnvelope,
  invalidTemplate,
  unknownHole,
  missingHole,
  unknownLifecycle,
  unknownService,
  commandClash,
  unknownPace,
  unknownMessage,
  repeatedEntry,
  missingReason,
];

/** Rules on what it means: they follow references, and try values. */
const rulesOnMeaning: readonly Rule[] = [
  unknownRequired,
  indistinctMembers,
  brokenDiscriminator,
  unmergeable,
  refusedValue,
  notText,
  tokenExample,
  argumentsObject,
  argumentAlias,
  unnamedAddress,
  spreadClash,
  refusedReport,
  unknownSetting,
  misfitOption,
];

/** Rules that only make sense when all others hold. */
const rulesOnPolish: readonly Rule[] = [noSample, missingExample];

/** What must hold before a meaning can be looked for: that following references ends, and that patterns compile. */
const preconditions: readonly FindingCode[] = ["endless_type", "unportable_pattern"];

/**
 * Check a loaded protocol.
 *
 * @returns every finding there is, in no order; the catalog may be built when none is an error
 */
export function checkSources(sources: Sources): Finding[] {
  const declarations = declarationsOf(sources);
  const protocol = examine(sources, declarations, new ShapeReader(declarations));
  const findings = apply(rulesOnText, protocol);
  if (findings.some((finding) => isError(finding) && preconditions.includes(finding.code))) return findings;
  findings.push(...apply(rulesOnMeaning, protocol));
  return findings.some(isError) ? findings : [...findings, ...apply(rulesOnPolish, protocol)];
}

function apply(rules: readonly Rule[], protocol: Protocol): Finding[] {
  return rules.flatMap(({ code, severity, check }) =>
    Array.from(
      check(protocol),
      ({ source, pointer, message, hint }): Finding => ({
        code,
        severity: severity ?? "error",
        file: joinPath(protocol.sources.directory, source.file),
        ...source.position(pointer),
        message,
        ...(hint === undefined ? {} : { hint }),
      }),
    ),
  );
}
