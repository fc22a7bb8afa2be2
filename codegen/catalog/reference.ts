/** What messages are called, in commands and in documentation. */
import type { DocumentFile } from "../load/documents.js";

/** The reference of what a file describes: the protocol, the folder that the file stands in, and the file's name. */
export function referenceOf(protocol: string, { source, stem }: DocumentFile<unknown>): string {
  return `${protocol}/${source.file.split("/").at(-2) ?? ""}/${stem}`;
}
