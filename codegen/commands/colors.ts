/** Colours for people at a terminal. What is read from a pipe or a file stays plain, in CI too. */
import { stdout } from "node:process";
import picocolors from "picocolors";

const forced = process.env["FORCE_COLOR"] !== undefined;
const unwanted = process.env["NO_COLOR"] !== undefined;

/** Puts a text into a colour, or leaves it as it is. */
export const colors = picocolors.createColors(forced || (stdout.isTTY === true && !unwanted));
