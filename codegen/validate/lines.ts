/** Lines of a stream, one at a time, however large the stream is. */

/** One line, without the byte that ends it. */
export interface Line {
  /** Counts from 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

const lineFeed = 0x0a;

/** The lines of a stream of bytes. What follows the last line feed is a line too, when there is anything. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 0;
  let parts: Uint8Array[] = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      parts.push(chunk.subarray(start, end));
      number += 1;
      yield { number, bytes: Buffer.concat(parts) };
      parts = [];
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  }
  const rest = Buffer.concat(parts);
  if (rest.length > 0) yield { number: number + 1, bytes: rest };
}
