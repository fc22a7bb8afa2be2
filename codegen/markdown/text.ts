/** Text in Markdown: what stands for itself, in a paragraph and in the cell of a table. */

/** A description, as paragraphs. It may use Markdown's own marks; what would break the page is disarmed. */
export function prose(text: string): string {
  return outsideCode(text, (part) => part.replaceAll("<", "&lt;").replaceAll(/^(?=#{1,6} )/gmu, "\\"));
}

/** Text in the cell of a table: on one line, with its bars escaped. */
export function cell(text: string): string {
  return text
    .trim()
    .replaceAll("|", "\\|")
    .replaceAll(/\s*\n\s*/gu, "<br>");
}

/** Text as it is, in the font of code. */
export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/gu) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const space = text.startsWith("`") || text.endsWith("`") || text === "" ? " " : "";
  return fence + space + text + space + fence;
}

/** A link. */
export function link(text: string, target: string): string {
  return `[${text}](${target})`;
}

/** Up to the end of the first sentence, on one line: what stands in lists. */
export function firstSentence(description: string): string {
  const [sentence = description] = /^.*?[.!?](?=\s+[^a-z\s]|\s*$)/su.exec(description) ?? [];
  return sentence.replaceAll(/\s+/gu, " ");
}

function outsideCode(text: string, change: (part: string) => string): string {
  // With a group in the separator, every second part is what the group found: code, in its ticks.
  return text
    .split(/(`+[^`]+`+)/u)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join("");
}
