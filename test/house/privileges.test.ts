import { Node, SyntaxKind } from "ts-morph";
import { expect, it } from "vitest";
import { filesBelow, type ProjectFile, syntaxOf } from "../support/source.js";

const source = filesBelow(["codegen", "runtime"], [".ts"]);

// What commands write is what they were asked for by name: recordings, a new project, a baseline.
const writingCommands: readonly string[] = [];

const writes = new Set(
  ["appendFile", "chmod", "copyFile", "cp", "createWriteStream", "link", "mkdir", "mkdtemp", "open", "rename"]
    .concat(["rm", "rmdir", "symlink", "truncate", "unlink", "utimes", "writeFile"])
    .flatMap((name) => [name, `${name}Sync`]),
);

function pathsWhere(matches: (file: ProjectFile) => boolean): readonly string[] {
  return source.filter(matches).map((file) => file.path);
}

it("one file writes to disk, and the commands that are listed here", () => {
  const writing = pathsWhere((file) =>
    syntaxOf(file)
      .getImportDeclarations()
      .filter((declaration) => /^(node:)?fs(\/promises)?$/.test(declaration.getModuleSpecifierValue()))
      .some(
        (declaration) =>
          declaration.getNamespaceImport() !== undefined ||
          declaration.getDefaultImport() !== undefined ||
          declaration.getNamedImports().some((name) => writes.has(name.getName())),
      ),
  );
  expect(writing).toEqual([...writingCommands, "codegen/write/write.ts"].toSorted());
});

it("one file reads the command line", () => {
  const reading = pathsWhere((file) =>
    syntaxOf(file)
      .getDescendantsOfKind(SyntaxKind.PropertyAccessExpression)
      .some((access) => access.getText() === "process.argv"),
  );
  expect(reading).toEqual(["codegen/main.ts"]);
});

it("the runtime throws one class of error", () => {
  const others = source
    .filter((file) => file.path.startsWith("runtime/"))
    .flatMap((file) =>
      syntaxOf(file)
        .getDescendantsOfKind(SyntaxKind.NewExpression)
        .filter((made) => Node.isThrowStatement(made.getParent()) && made.getExpression().getText() !== "ProtocolError")
        .map((made) => `${file.path}: ${made.getText()}`),
    );
  expect(others).toEqual([]);
});
