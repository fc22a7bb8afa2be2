/** The project's own files, for the tests that hold it to its rules. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Project, type SourceFile } from "ts-morph";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const notOurs = /(^|\/)(node_modules|__pycache__|expected|dist|\.[^/]+)(\/|$)/;

/** A file of the project: its path from the root, with `/`, and its text. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The files below some folders whose name ends in one of the endings, sorted. Expected output of tests is left out. Throws
 * when there is none, for then a test would hold of nothing.
 */
export function filesBelow(folders: readonly string[], endings: readonly string[]): readonly ProjectFile[] {
  const paths = folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !notOurs.test(path))
    .toSorted();
  if (paths.length === 0) throw new Error(`no file in ${folders} ends in ${endings}`);
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

const project = new Project({
  useInMemoryFileSystem: true,
  skipLoadingLibFiles: true,
  skipFileDependencyResolution: true,
});

/** The syntax tree of a file. */
export function syntaxOf({ path, text }: ProjectFile): SourceFile {
  return project.getSourceFile(`/${path}`) ?? project.createSourceFile(`/${path}`, text);
}

/** What a file imports or re-exports: packages by name, files of the project by their path. */
export function importsOf(file: ProjectFile): readonly string[] {
  return syntaxOf(file)
    .getImportStringLiterals()
    .map((literal) => literal.getLiteralValue())
    .map((module) => (module.startsWith(".") ? posix.join(posix.dirname(file.path), module) : module));
}

/** `path: finding` for everything that is found in files; a test expects none. */
export function findings(files: readonly ProjectFile[], find: (file: ProjectFile) => readonly string[]): string[] {
  return files.flatMap((file) => find(file).map((finding) => `${file.path}: ${finding}`));
}
