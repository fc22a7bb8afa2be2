/** Prints what happens in the demo, for people. */
import colours from "picocolors";

const kinds = { event: colours.green, refused: colours.red, command: colours.cyan };
const width = 110;

/** Counts what happens, and prints a line for each. */
export class Conversation {
  readonly #counts = { event: 0, refused: 0, command: 0 };

  constructor(bus: string) {
    console.log(`\n${colours.bold("An echo bot and a simulated robot")}, on ${bus}\n`);
  }

  /** One line: what kind of thing, its name, and what there is to say about it. */
  tell(kind: keyof typeof kinds, name: string, text: string): void {
    this.#counts[kind] += 1;
    const shown = text.length > width ? `${text.slice(0, width)} ...` : text;
    console.log(`  ${kinds[kind](kind.padEnd(8))} ${colours.bold(name.padEnd(12))} ${shown}`);
  }

  /** The last line. */
  end(sent: number): void {
    const { event, refused, command } = this.#counts;
    console.log(
      `\n${sent} frames replayed: ${event} validated and delivered, ${refused} refused. ` +
        `${command} command reached the robot.`,
    );
  }
}
