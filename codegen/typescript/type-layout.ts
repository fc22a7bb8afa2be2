/** The types of one interface, taken apart and laid out for readers. */
import { ts } from "ts-morph";

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

/** The members of the first interface of a text. */
export function layOutTypes(text: string, nameOf: NameOf): readonly LaidOutType[] {
  const source = ts.createSourceFile("types.ts", text, ts.ScriptTarget.Latest);
  const [types] = source.statements.filter((statement) => ts.isInterfaceDeclaration(statement));
  const layout = new TypeLayout(source, nameOf);
  return [...(types?.members ?? [])]
    .filter((member) => ts.isPropertySignature(member))
    .map(({ name, type }) => ({
      name: nameOf(name.getText(source)),
      isObject: type !== undefined && ts.isTypeLiteralNode(type),
      code: layout.type(type),
    }));
}

class TypeLayout {
  readonly #source: ts.SourceFile;
  readonly #nameOf: NameOf;

  constructor(source: ts.SourceFile, nameOf: NameOf) {
    this.#source = source;
    this.#nameOf = nameOf;
  }

  type(type: ts.TypeNode | undefined): Code {
    if (type === undefined) return "unknown";
    if (ts.isTypeLiteralNode(type)) return members(type.members.map((member) => this.#member(member)));
    const alternatives = alternativesOf(type);
    if (alternatives.length > 1) return union(alternatives.map((alternative) => this.type(alternative)));
    if (!ts.isArrayTypeNode(type)) return type.getText(this.#source);
    const items = this.type(type.elementType);
    return alternativesOf(type.elementType).length > 1 ? ["(", items, ")[]"] : [items, "[]"];
  }

  #member(member: ts.TypeElement): Code {
    const comment = this.#commentAbove(member);
    if (ts.isIndexSignatureDeclaration(member))
      return documented(comment, ["[name: string]: ", this.type(member.type)]);
    if (!ts.isPropertySignature(member)) return member.getText(this.#source);
    const name = propertyName(this.#nameOf(member.name.getText(this.#source)));
    return documented(comment, [`${name}${member.questionToken ? "?" : ""}: `, this.type(member.type)]);
  }

  #commentAbove(member: ts.TypeElement): readonly string[] {
    const { text } = this.#source;
    const [range] = ts.getLeadingCommentRanges(text, member.getFullStart()) ?? [];
    if (range === undefined) return [];
    const lines = text.slice(range.pos, range.end).split("\n").slice(1, -1);
    return lines.map((line) => line.replace(/^ \* ?/u, "").trimEnd());
  }
}

/** The members of a union, through the parentheses and unions inside it. */
function alternativesOf(type: ts.TypeNode): readonly ts.TypeNode[] {
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(alternativesOf);
  return ts.isParenthesizedTypeNode(type) && ts.isUnionTypeNode(type.type) ? alternativesOf(type.type) : [type];
}
