/** Every example runs as its first lines say, on a real server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { type NatsServer, startNatsServer } from "../support/nats-server.js";
import { scratchFolder } from "../support/scratch.js";

let server: NatsServer;
beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());

const programs = readdirSync("examples").filter((name) => name.endsWith(".ts") && name !== "is-main.ts");

it("there are some", () => {
  expect(programs.length).toBeGreaterThan(5);
});

it.each(programs)(
  "%s says that it is connected",
  async (name) => {
    const file = `examples/${name}`;
    const [, settings = ""] = /Run it: `(.*) npx tsx (.*)`/.exec(readFileSync(file, "utf8")) ?? [];
    expect(readFileSync(file, "utf8")).toContain(` npx tsx ${file}\``);
    const said = Object.fromEntries(settings.split(" ").map((setting) => setting.split("=")));
    const env = {
      ...process.env,
      ...said,
      NATS_URL: server.url,
      HTTP_PORT: "0",
      LOG: join(await scratchFolder(), "log"),
    };
    const program = spawn(process.execPath, ["--import", "tsx", file], { env, stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void program.kill("SIGKILL"));

    const [line] = await once(createInterface(program.stdout), "line");
    expect(line).toMatch(/^connected/);
  },
  60_000,
);
