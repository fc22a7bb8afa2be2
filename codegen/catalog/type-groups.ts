/** Types in an order in which each can be declared after those it refers to, and what recurs kept together. */
import type { NamedType } from "../model.js";
import { referencesOf } from "./shape-parts.js";

/** One type, or several that refer to one another. */
export interface TypeGroup {
  readonly types: readonly NamedType[];
  /** Whether the types of the group can be reached from themselves. */
  readonly recursive: boolean;
}

/** The groups, every one after those it refers to; otherwise in the given order. After Tarjan (1972). */
export function groupTypes(types: readonly NamedType[]): readonly TypeGroup[] {
  const byName = new Map(types.map((type) => [type.name, type]));
  const found = new Map<string, number>();
  const open: NamedType[] = [];
  const groups: TypeGroup[] = [];

  /** Visits a type and what it refers to; returns the earliest open type that can be reached from it. */
  function visit(type: NamedType): number {
    const index = found.size;
    found.set(type.name, index);
    open.push(type);
    const references = referencesOf(type.shape);
    const earliest = Math.min(index, ...[...references].map((name) => reach(byName.get(name))));
    if (earliest === index) {
      const members = open.splice(open.indexOf(type));
      groups.push({ types: members, recursive: members.length > 1 || references.has(type.name) });
    }
    return earliest;
  }

  function reach(type: NamedType | undefined): number {
    if (type === undefined) return Infinity;
    const index = found.get(type.name);
    if (index === undefined) return visit(type);
    return open.includes(type) ? index : Infinity;
  }

  for (const type of types) {
    if (!found.has(type.name)) visit(type);
  }
  return groups;
}
