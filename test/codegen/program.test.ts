import { expect, it } from "vitest";
import { runCli } from "../support/cli.js";

it.each([
  [["lst"], 'there is no command lst; did you mean "list"?'],
  [["lst", "--help"], 'there is no command lst; did you mean "list"?'],
  [["help", "lst"], 'there is no command lst; did you mean "list"?'],
  [["complet"], 'there is no command complet; did you mean "completion"?'],
  [["dance"], "there is no command dance; `kryten-sdk --help` names all"],
])("the command line %j names no command, and is told", async (words, reason) => {
  expect(await runCli(words)).toEqual({ status: 2, stdout: "", stderr: `kryten-sdk: ${reason}\n` });
});

it.each([["--help"], ["help"], ["help", "list"], ["list", "--help"]])("%s %s explains", async (...words) => {
  expect(await runCli(words)).toMatchObject({ status: 0, stderr: "", stdout: expect.stringMatching(/^Usage: /) });
});

it("where there are no schemas to generate from, it says how to name some", async () => {
  expect(await runCli(["generate"], { cwd: "test/fixtures" })).toEqual({
    status: 2,
    stdout: "",
    stderr: "kryten-sdk: cannot read the schema folder schema: there is none; point --schema at one\n",
  });
});
