/** Whether a module is the program that was started, rather than one that was imported. */
import { pathToFileURL } from "node:url";

/** @param url `import.meta.url` of the module */
export function isMain(url: string): boolean {
  return url === pathToFileURL(process.argv[1] ?? "").href;
}
