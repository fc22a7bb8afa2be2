/** The types of one interface, taken apart and laid out for readers. */
// Of the parsers that are here anyway, the one that loads in a twentieth of the compiler's time.
import { parsers } from "prettier/plugins/babel";

import { type Code, documented, members, propertyName, union } from "./code.js";

/** A member of the interface: a type, by name. */
export interface LaidOutType {
  readonly name: string;
  /** Whether it is an object type, which an interface may stand for. */
  readonly isObject: boolean;
  readonly code: Code;
}

/** Gives a member's own name for the one that is written. */
type NameOf = (written: string) => string;

/** What is looked at of a node of the syntax tree, as ESTree has it. */
interface Syntax {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** Of a type literal. */
  readonly members?: readonly Syntax[];
  /** Of a union. */
  readonly types?: readonly Syntax[];
  /** Of an array. */
  readonly elementType?: Syntax;
  /** Of a property. */
  readonly key?: Syntax;
  readonly optional?: boolean;
  /** Of a property or an index signature, wrapped once. */
  readonly typeAnnotation?: { readonly typeAnnotation: Syntax };
}

/** The members of the first interface of a text. */
export function layOutTypes(text: string, nameOf: NameOf): readonly LaidOutType[] {
  const layout = new TypeLayout(text, nameOf);
  return membersOf(text).map((member) => layout.declaration(member));
}

function membersOf(text: string): readonly Syntax[] {
  // The parser is told nothing: it knows the language by its name.
  const tree = parsers["babel-ts"].parse(text, {} as Parameters<(typeof parsers)["babel-ts"]["parse"]>[1]);
  const { program } = tree as { program: { body: { declaration: { body: { body: readonly Syntax[] } } }[] } };
  return program.body[0]?.declaration.body.body ?? [];
}

class TypeLayout {
  readonly #text: string;
  readonly #nameOf: NameOf;

  constructor(text: string, nameOf: NameOf) {
    this.#text = text;
    this.#nameOf = nameOf;
  }

  declaration({ key, typeAnnotation }: Syntax): LaidOutType {
    const type = typeAnnotation?.typeAnnotation;
    return { name: this.#name(key), isObject: type?.members !== undefined, code: this.#type(type) };
  }

  #type(type: Syntax | undefined): Code {
    if (type === undefined) return "unknown";
    if (type.members !== undefined) return members(this.#members(type));
    const alternatives = alternativesOf(type);
    if (alternatives.length > 1) return union(alternatives.map((alternative) => this.#type(alternative)));
    if (type.elementType === undefined) return this.#plain(type);
    const items = this.#type(type.elementType);
    return alternativesOf(type.elementType).length > 1 ? ["(", items, ")[]"] : [items, "[]"];
  }

  #plain(type: Syntax): string {
    const text = this.#source(type);
    return type.type === "TSIntersectionType" ? `(${text})` : text;
  }

  #members({ start, members = [] }: Syntax): readonly Code[] {
    return members.map((member, index) => {
      const before = this.#text.slice(members[index - 1]?.end ?? start, member.start);
      const type = this.#type(member.typeAnnotation?.typeAnnotation);
      const name = member.key === undefined ? "[name: string]" : propertyName(this.#name(member.key));
      return documented(commentIn(before), [`${name}${member.optional ? "?" : ""}: `, type]);
    });
  }

  #name(key: Syntax | undefined): string {
    return this.#nameOf(key === undefined ? "" : this.#source(key));
  }

  #source({ start, end }: Syntax): string {
    return this.#text.slice(start, end);
  }
}

/** The lines of a comment, as json-schema-to-typescript sets them. */
function commentIn(text: string): readonly string[] {
  const [, inside] = /\/\*\*\n(.*?)\n \*\//su.exec(text) ?? [];
  return inside === undefined ? [] : inside.split("\n").map((line) => line.replace(/^ \* ?/u, "").trimEnd());
}

/** The members of a union, and of the unions inside it. */
function alternativesOf(type: Syntax): readonly Syntax[] {
  return type.type === "TSUnionType" ? (type.types ?? []).flatMap(alternativesOf) : [type];
}
