/** Programs that are told to stop in the middle of a request, and what becomes of the request, the program and its connection. */
import { expect, it, onTestFinished } from "vitest";
import { createClient } from "../../runtime/client/client.js";
import { connectNats } from "../../runtime/nats/connection.js";
import { weather } from "../runtime/fixture-protocol.js";
import { startNatsServer } from "../support/nats-server.js";
import { type Program, startProgram } from "../support/program.js";

const soon = "200";
const late = "600000";

/** A program that is in the middle of a request, and how the request ends: with a result, or with a code. */
async function busyProgram(howLong: "briefly" | "forever", drainTimeout: string) {
  const server = await startNatsServer({ jetStream: false });
  onTestFinished(server.stop);
  const program = startProgram("test/chaos/programs/busy.ts", server.url, howLong, drainTimeout);
  await program.says((said) => expect(said).toContain("ready"));
  const asking = createClient(weather, await connectNats({ servers: server.url }), {
    channels: ["Oslo"],
    requestTimeout: 60_000,
    logLevel: "error",
  });
  onTestFinished(() => asking.close());
  const stopped: unknown[] = [];
  asking.onLifecycle("stopped", ({ payload }) => stopped.push(payload.why));
  await asking.flush();
  const outcome = asking
    .channel("Oslo")
    .station.measure({ sensor: "roof" })
    .catch(({ code, rawMessage }) => ({ code, rawMessage }));
  await program.says((said) => expect(said).toContain("begun"));
  return { server, program, outcome, stopped, asking };
}

/** How it ended, when nothing went wrong. */
async function endsWell(program: Program): Promise<void> {
  expect(await program.ended()).toEqual({ status: 0, complaints: "" });
  expect(program.said.at(-1)).toBe("ended");
}

it("a program that is told to stop finishes what it has begun, says that it stops, and ends", async () => {
  const { program, outcome, stopped, asking } = await busyProgram("briefly", late);
  program.signal("SIGTERM");
  await endsWell(program);
  expect(await outcome).toEqual({ celsius: 1 });
  await asking.flush();
  expect(stopped).toEqual(["told to stop by a signal"]);
  expect(program.said).toEqual(["ready", "begun", "told", "done", "closed", "ended"]);
});

it("a handler that does not end is given up after a time, and its caller is told", async () => {
  const { program, outcome } = await busyProgram("forever", soon);
  program.signal("SIGTERM");
  await endsWell(program);
  expect(await outcome).toEqual({ code: "handler_failed", rawMessage: "the service was stopped" });
  expect(program.said).toEqual(["ready", "begun", "told", { code: "handler_timeout" }, "closed", "ended"]);
});

it.each(["SIGINT", "SIGTERM"] as const)("a second signal, %s, ends it at once", async (second) => {
  const { program, outcome } = await busyProgram("forever", late);
  program.signal("SIGTERM");
  await program.says((said) => expect(said).toContain("told"));
  program.signal(second);
  await endsWell(program);
  expect(await outcome).toEqual({ code: "handler_failed", rawMessage: "the service was stopped" });
});

it("a connection that is lost in between does not keep it", async () => {
  const { server, program } = await busyProgram("forever", "3000");
  program.signal("SIGTERM");
  await server.crash();
  await program.says((said) => expect(said).toContain("disconnected"));
  await endsWell(program);
  expect(program.said).toContainEqual({ code: "handler_timeout" });
});

it("a server that hangs does not keep it", async () => {
  const { server, program } = await busyProgram("forever", soon);
  server.signal("SIGSTOP");
  program.signal("SIGTERM");
  await endsWell(program);
  server.signal("SIGCONT");
});
