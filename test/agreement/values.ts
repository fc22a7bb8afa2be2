/** The values to be judged: those of the vectors, changed. */
import { readVectors } from "../support/vectors.js";
import { corrupt } from "./corruptions.js";
import { type JsonTree, print, treeOf } from "./json-tree.js";
import { Random } from "./random.js";
import { mutate } from "./tree-mutations.js";

/** A payload, and values that are of it, or nearly. */
export interface Subject {
  readonly protocol: string;
  readonly ref: string;
  /** The name of its type in generated code. */
  readonly type: string;
  readonly trees: readonly JsonTree[];
}

/** Every payload of a protocol. */
export function subjectsOf(protocol: string): readonly Subject[] {
  return readVectors(protocol).map(({ ref, type, valid, invalid, unknownFields }) => {
    // More of those that are accepted: changed, most of them no longer are.
    const vectors = [...valid, ...valid, ...valid, ...valid, ...unknownFields, ...invalid];
    return { protocol, ref, type, trees: vectors.map(({ value }) => treeOf(value)) };
  });
}

const encoder = new TextEncoder();

/**
 * So many texts, as bytes without line feeds; the same for the same seed, subject and number.
 *
 * @param first the number of the first
 */
export function* valuesOf(
  subject: Subject,
  { seed, first, count }: { seed: number; first: number; count: number },
): Generator<Uint8Array> {
  const name = [...subject.ref].map((character) => character.codePointAt(0) ?? 0);
  for (let number = first; number < first + count; number++) {
    const random = new Random(seed, ...name, number);
    const text = print(changed(subject, random));
    yield random.oneIn(25) ? corrupt(text, random) : encoder.encode(text);
  }
}

/** A value of a subject, seldom as it was. */
export function changed({ trees }: Subject, random: Random): JsonTree {
  const tree = random.of(trees);
  return random.oneIn(20) ? tree : mutate(tree, random);
}
