/** The imports of generated modules. */

/** `from module import first, rest` */
export interface Import {
  readonly from: string;
  readonly first: string;
  readonly rest: readonly string[];
}

/** Where names come from, in the order in which modules are imported; a section for each kind of module. */
export type Origins = readonly (readonly { readonly from: string; readonly names: readonly string[] }[])[];

/** Where the names come from that models use. */
export const modelOrigins: Origins = [
  [{ from: "typing", names: ["Annotated", "Any", "Literal", "TypeAlias"] }],
  [{ from: "typing_extensions", names: ["TypeAliasType"] }],
  [
    { from: ".", names: ["formats"] },
    { from: ".runtime", names: ["wire"] },
  ],
];

/**
 * The imports that bring names, by section.
 *
 * @param names those that the module uses, some of them in other modules: `wire.Text`
 */
export function importsFor(names: readonly string[], origins: Origins): readonly (readonly Import[])[] {
  const used = new Set(names.map((name) => name.split(".")[0]));
  const sections = origins.map((section) =>
    section.flatMap(({ from, names }) => {
      const [first, ...rest] = names.filter((name) => used.has(name));
      return first === undefined ? [] : [{ from, first, rest }];
    }),
  );
  return sections.filter((section) => section.length > 0);
}
