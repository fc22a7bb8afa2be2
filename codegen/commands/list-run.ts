/** One run of `list`. */
import { quote } from "../../runtime/value/wording.js";
import { CannotRun } from "../findings/cannot-run.js";
import { suggestion } from "../findings/diagnostic.js";
import type { Catalog } from "../model.js";
import { type MessageLine, messageLines } from "../reference/message-list.js";
import { colors } from "./colors.js";
import type { ListOptions } from "./list.js";
import { loadCatalogs } from "./schema-folder.js";

/** A message in one dialect. */
interface ListedMessage extends Omit<MessageLine, "subjects" | "otherNames"> {
  /** Null for a configuration, which does not travel. */
  readonly subject: string | null;
}

/**
 * Prints the messages that contain a text in one of their names, their subject or their description, or all.
 *
 * @throws CannotRun when there are none, unless a program reads the list
 */
export async function list(text: string | undefined, { schema, dialect, json }: ListOptions): Promise<void> {
  const catalogs = await loadCatalogs(schema);
  if (dialect !== undefined) requireDialect(catalogs, dialect);
  const messages = catalogs.flatMap((catalog) => listed(catalog, dialect, text));
  if (messages.length === 0 && !json) throw nothingContains(catalogs, text);
  process.stdout.write(json ? `${JSON.stringify(messages, null, 2)}\n` : table(messages));
}

function requireDialect(catalogs: readonly Catalog[], dialect: string): void {
  const known = [...new Set(catalogs.flatMap(({ dialects }) => Object.keys(dialects)))];
  if (known.includes(dialect)) return;
  const hint = suggestion(dialect, known) ?? `there is ${known.join(", ")}`;
  throw new CannotRun(`no protocol has the dialect ${dialect}; ${hint}`);
}

function nothingContains(catalogs: readonly Catalog[], text = ""): CannotRun {
  const names = catalogs.flatMap(messageLines).flatMap(({ ref, otherNames }) => [lastStep(ref), ...otherNames]);
  const hint = suggestion(text, names) ?? "without a text, `kryten-sdk list` prints all there is";
  return new CannotRun(`no message has ${quote(text)} in its names, subject or description; ${hint}`);
}

function lastStep(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

/** A protocol without the dialect is listed in its own. */
function listed(catalog: Catalog, dialect: string | undefined, text = ""): readonly ListedMessage[] {
  const [usual = ""] = Object.keys(catalog.dialects);
  const spoken = dialect !== undefined && Object.hasOwn(catalog.dialects, dialect) ? dialect : usual;
  return messageLines(catalog).flatMap(({ subjects, otherNames, ...line }) => {
    const { ref, kind, direction, description, deprecated } = line;
    const subject = subjects[spoken] ?? null;
    const isWanted = [ref, ...otherNames, subject ?? "", description].some((part) => contains(part, text));
    return isWanted ? [{ ref, kind, subject, direction, description, deprecated }] : [];
  });
}

function contains(part: string, text: string): boolean {
  return part.toLowerCase().includes(text.toLowerCase());
}

function table(messages: readonly ListedMessage[]): string {
  const rows = messages.map(({ ref, kind, subject, direction }) => [ref, kind, subject ?? "", direction ?? ""]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return messages
    .map(({ description, deprecated }, index) => {
      const [ref = "", ...others] = (rows[index] ?? []).map((text, column) => text.padEnd(widths[column] ?? 0));
      const notice = deprecated === null ? "" : colors.yellow(` (deprecated: ${deprecated})`);
      return `${[colors.bold(ref), ...others, description].join("  ")}${notice}\n`;
    })
    .join("");
}
