import { execFile } from "node:child_process";
import { chmod, cp, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.js";
import { scratchFolder } from "../support/scratch.js";

const run = promisify(execFile);
const cwd = "test/fixtures/harbour";

async function words(...line: string[]): Promise<string[]> {
  return wordsIn(cwd, ...line);
}

async function wordsIn(folder: string, ...line: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await runCli(["complete", "--", ...line], { cwd: folder });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.match(/^[^\t]+/gm) ?? [];
}

describe("completion offers", () => {
  it("commands", async () => {
    expect(await words("")).toEqual(expect.arrayContaining(["generate", "check", "list", "validate", "call"]));
    expect(await words("")).not.toContain("complete");
    expect(await words("va")).toEqual(["validate"]);
    expect(await words("completion", "")).toEqual(["bash", "zsh", "fish", "--help"]);
  });

  it("messages, with what they are", async () => {
    expect(await words("call", "harbour/")).toEqual([
      "harbour/crane/lift",
      "harbour/crane/sing",
      "harbour/office/berths.list",
    ]);
    expect(await words("validate", "harbour/events/sh")).toEqual([
      "harbour/events/shipArrived",
      "harbour/events/shipLeft",
    ]);
    const { stdout } = await runCli(["complete", "--", "call", "harbour/crane/l"], { cwd });
    expect(stdout).toBe("harbour/crane/lift\tLift a crate.\n");
  });

  it("the arguments of a command, and the parts of its address", async () => {
    const offered = await words("call", "harbour/crane/lift", "");
    expect(offered.slice(0, 3)).toEqual(["--crate", "--height", "--quay"]);
    expect(offered).toEqual(expect.arrayContaining(["--servers", "--json"]));
    expect((await words("call", "harbour/crane/hoist", "")).slice(0, 3)).toEqual(["--crate", "--height", "--quay"]);
    expect(await words("call", "harbour/crane/lift", "--height", "3", "--h")).toEqual(["--help"]);
    expect(await words("call", "harbour/crane/lift", "--height", "")).toEqual([]);
  });

  it("the values of an argument, where they can be listed", async () => {
    const apply = ["call", "kryten/playlist/queue_apply", "--schema", resolve("schema")];
    expect(await words(...apply, "--mode", "")).toEqual(["preserve_current", "append", "hard_replace"]);
    expect(await words(...apply, "--mode=a")).toEqual(["--mode=append"]);
    expect(await words(...apply, "--mode", "=", "a")).toEqual(["append"]);
    expect(await words("call", "harbour/crane/lift", "--dialect", "")).toEqual(["plain", "long"]);
  });

  it("nothing, and no noise a shell would show, for what it does not know", async () => {
    expect(await words("harbour/crane/lift", "x")).toEqual([]);
    expect(await words("call", "harbour/crane/jump", "")).toEqual([]);
    expect(await words("call", "--schema", "missing", "harbour/")).toEqual([]);
  });

  it("what is well in schemas that are being written, and nothing for what is not", async () => {
    const folder = await scratchFolder();
    await cp(cwd, folder, { recursive: true });
    const change = (file: string, text: string) => writeFile(join(folder, "schema/harbour", file), text);
    await change("events/tide.json", "{");
    expect(await wordsIn(folder, "call", "harbour/crane/")).toEqual(["harbour/crane/lift", "harbour/crane/sing"]);
    expect(await wordsIn(folder, "validate", "harbour/events/t")).toEqual(["harbour/events/tide"]);
    expect(await wordsIn(folder, "call", "harbour/crane/lift", "--h")).toEqual(["--height", "--help"]);
    await change("common/cargo.json", JSON.stringify({ $defs: { Crate: { $ref: "#/$defs/Crate" } } }));
    expect(await wordsIn(folder, "call", "harbour/crane/lift", "--h")).toEqual([]);
  });
});

it("bash completes with the script that is printed for it", async () => {
  const folder = await scratchFolder();
  const program = join(folder, "kryten-sdk");
  const tsx = new URL(import.meta.resolve("tsx")).pathname;
  await writeFile(
    program,
    `#!/bin/sh\nexec "${process.execPath}" --import "${tsx}" "${resolve("codegen/main.ts")}" "$@"\n`,
  );
  await chmod(program, 0o755);
  const line = (typed: readonly string[]) =>
    [
      "source <(kryten-sdk completion bash)",
      `COMP_WORDS=(kryten-sdk ${typed.map((word) => `'${word}'`).join(" ")})`,
      `COMP_CWORD=${typed.length}`,
      "$(complete -p kryten-sdk | sed 's/.*-F \\([^ ]*\\).*/\\1/')",
      'printf "%s\\n" "$' + '{COMPREPLY[@]}"',
    ].join("\n");
  const complete = async (...typed: string[]) => {
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
    return (await run("bash", ["-c", line(typed)], { cwd, env })).stdout.trimEnd().split("\n");
  };
  expect(await complete("call", "harbour/crane/")).toEqual(["harbour/crane/lift", "harbour/crane/sing"]);
  expect(await complete("call", "harbour/crane/sing", "--v")).toEqual(["--verse"]);
});

it("a shell that there is no script for is named", async () => {
  expect(await runCli(["completion", "tcsh"])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("Allowed choices are bash, zsh, fish"),
  });
});
