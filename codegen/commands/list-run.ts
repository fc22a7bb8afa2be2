/** One run of `list`. */
import { CannotRun } from "../findings/cannot-run.js";
import { suggestion } from "../findings/diagnostic.js";
import type { Catalog } from "../model.js";
import { type MessageLine, messageLines } from "../reference/message-list.js";
import { colors } from "./colors.js";
import type { ListOptions } from "./list.js";
import { loadCatalogs } from "./schema-folder.js";

/** A message in one dialect. */
interface ListedMessage extends Omit<MessageLine, "subjects"> {
  /** Null for a configuration, which does not travel. */
  readonly subject: string | null;
}

/** Prints the messages that contain a text in their name, subject or description, or all. */
export async function list(text: string | undefined, { schema, dialect, json }: ListOptions): Promise<void> {
  const catalogs = await loadCatalogs(schema);
  if (dialect !== undefined) requireDialect(catalogs, dialect);
  const messages = catalogs.flatMap((catalog) => listed(catalog, dialect)).filter((message) => contains(message, text));
  process.stdout.write(json ? `${JSON.stringify(messages, null, 2)}\n` : table(messages));
}

function requireDialect(catalogs: readonly Catalog[], dialect: string): void {
  const known = [...new Set(catalogs.flatMap(({ dialects }) => Object.keys(dialects)))];
  if (known.includes(dialect)) return;
  const hint = suggestion(dialect, known) ?? `there is ${known.join(", ")}`;
  throw new CannotRun(`no protocol has the dialect ${dialect}; ${hint}`);
}

/** A protocol without the dialect is listed in its own. */
function listed(catalog: Catalog, dialect: string | undefined): readonly ListedMessage[] {
  const [usual = ""] = Object.keys(catalog.dialects);
  const spoken = dialect !== undefined && Object.hasOwn(catalog.dialects, dialect) ? dialect : usual;
  return messageLines(catalog).map(({ ref, kind, subjects, direction, description, deprecated }) => ({
    ref,
    kind,
    subject: subjects[spoken] ?? null,
    direction,
    description,
    deprecated,
  }));
}

function contains({ ref, subject, description }: ListedMessage, text = ""): boolean {
  return [ref, subject ?? "", description].some((part) => part.toLowerCase().includes(text.toLowerCase()));
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
