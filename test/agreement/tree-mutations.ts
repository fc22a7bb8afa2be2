/** Values that are nearly like others: a few places of a tree changed. */
import { pythonName } from "../../codegen/catalog/naming.js";
import { type ArrayTree, type Field, field, type JsonTree, type ObjectTree, scalar } from "./json-tree.js";
import type { Random } from "./random.js";
import { anyScalar, mutateScalar } from "./scalar-mutations.js";

const strangers = [
  ...[
    "notInTheSchema",
    "x",
    "",
    " ",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "prototype",
    "length",
    "...",
  ],
  ...["rest", "wire", "model_fields", "__class__", "__dict__", "self", "\u{1f600}", "0"],
];

/** A tree with one to three places changed. */
export function mutate(tree: JsonTree, random: Random): JsonTree {
  const changes = 1 + (random.oneIn(4) ? 1 : 0) + (random.oneIn(12) ? 1 : 0);
  let changed = tree;
  for (let change = 0; change < changes; change++) changed = mutateSomewhere(changed, random);
  return changed;
}

/** Goes in at random until it stays; so every place of a tree has its turn. */
function mutateSomewhere(tree: JsonTree, random: Random): JsonTree {
  if (tree.kind === "scalar") return mutateHere(tree, random);
  const inside = tree.kind === "array" ? tree.items.length : tree.fields.length;
  if (inside === 0 || random.oneIn(3)) return mutateHere(tree, random);
  const at = random.below(inside);
  if (tree.kind === "array") {
    return {
      kind: "array",
      items: tree.items.map((item, index) => (index === at ? mutateSomewhere(item, random) : item)),
    };
  }
  const change = (inner: Field, index: number): Field =>
    index === at ? { name: inner.name, value: mutateSomewhere(inner.value, random) } : inner;
  return { kind: "object", fields: tree.fields.map(change) };
}

function mutateHere(tree: JsonTree, random: Random): JsonTree {
  if (random.oneIn(8))
    return random.of([
      scalar("null"),
      scalar(anyScalar(random)),
      wrapped(tree),
      { kind: "array", items: [tree] },
      empty,
    ]);
  if (tree.kind === "scalar") return scalar(mutateScalar(tree.text, random));
  return tree.kind === "array" ? mutateArray(tree, random) : mutateObject(tree, random);
}

const empty: JsonTree = { kind: "object", fields: [] };

function wrapped(value: JsonTree): JsonTree {
  return { kind: "object", fields: [field("value", value)] };
}

function mutateArray({ items }: ArrayTree, random: Random): JsonTree {
  const item = items[random.below(items.length)] ?? scalar(anyScalar(random));
  const others: readonly (() => readonly JsonTree[])[] = [
    () => [],
    () => items.slice(1),
    () => [...items, item],
    () => [...items, mutateSomewhere(item, random)],
    () => [...items, scalar(anyScalar(random))],
    () => Array.from({ length: random.of([2, 3, 10, 51, 101]) }, () => item),
  ];
  return { kind: "array", items: random.of(others)() };
}

function mutateObject({ fields }: ObjectTree, random: Random): JsonTree {
  const at = random.below(fields.length);
  const chosen = fields[at];
  const added = { name: nameFor(chosen, random), value: valueFor(chosen, random) };
  if (chosen === undefined || random.oneIn(3)) return objectOf([...fields, added]);
  const others = fields.filter((_, index) => index !== at);
  const choices: readonly (() => readonly Field[])[] = [
    () => others,
    () => others,
    () => [...others, { name: chosen.name, value: scalar("null") }],
    () => [...others, { name: added.name, value: chosen.value }],
    // Of fields that come twice the last counts.
    () => [...fields, { name: chosen.name, value: mutateSomewhere(chosen.value, random) }],
    () => [{ name: chosen.name, value: scalar(anyScalar(random)) }, ...fields],
    () => [...others, { name: spelt(chosen.name), value: chosen.value }],
    () => [...others, { name: chosen.name, value: random.of(fields).value }],
  ];
  return objectOf(random.of(choices)());
}

function objectOf(fields: readonly Field[]): JsonTree {
  return { kind: "object", fields };
}

/** The name of a field that is not there, or is nearly. */
function nameFor(near: Field | undefined, random: Random): string {
  const name = near === undefined ? "x" : (JSON.parse(near.name) as string);
  const names = [() => '"\\ud800"', () => JSON.stringify(name).replace(/"$/, '\\udfff"')].concat(
    [pythonName(name) ?? name, name.toUpperCase(), `${name} `, `_${name}`].map((other) => () => JSON.stringify(other)),
    strangers.map((stranger) => () => JSON.stringify(stranger)),
  );
  return random.of(names)();
}

function valueFor(near: Field | undefined, random: Random): JsonTree {
  return near === undefined || random.oneIn(2) ? scalar(anyScalar(random)) : near.value;
}

/** The same name, spelt with an escape. */
function spelt(name: string): string {
  return name.replace(/[a-zA-Z]/, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
