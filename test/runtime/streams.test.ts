import { connect } from "nats";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { ProtocolError } from "../../runtime/error.js";
import { connectNats } from "../../runtime/nats/connection.js";
import { around, filterFor } from "../../runtime/transport/consumer-filter.js";
import type { ConsumeOptions, StreamDelivery, StreamOptions } from "../../runtime/transport/stream.js";
import { isPartOf, overlap } from "../../runtime/transport/stream-subjects.js";
import type { Headers, Transport } from "../../runtime/transport/transport.js";
import { bytes, onBothBuses } from "../support/brokers.js";
import { startNatsServer } from "../support/nats-server.js";

const decoder = new TextDecoder();
const textOf = ({ data }: StreamDelivery) => decoder.decode(data);
const done = { kind: "done" } as const;
let streams = 0;

/** A stream that no other test uses, of all below a subject that no other test uses. */
function newStream(own: Partial<StreamOptions> = {}): StreamOptions & { readonly subject: (name: string) => string } {
  streams += 1;
  const name = `stream_${process.pid}_${streams}`;
  const usual = {
    name,
    subjects: [`${name}.*`],
    storage: "file",
    maximumAge: 60_000,
    duplicateWindow: 10_000,
  } as const;
  return { ...usual, ...own, subject: (token) => `${name}.${token}` };
}

function consumer(options: StreamOptions, own: Partial<ConsumeOptions> = {}): ConsumeOptions {
  const onFailure = (error: Error) => expect.fail(error.message);
  const usual = { name: "group", subjects: options.subjects, wait: 5000, inFlight: 10, start: "beginning" } as const;
  return { ...usual, onFailure, ...own };
}

/** Publishes texts under ids that are the texts, on the subject `a`. */
async function publish(transport: Transport, options: ReturnType<typeof newStream>, ...texts: readonly string[]) {
  const stream = await transport.stream(options);
  return Promise.all(
    texts.map((text) => stream.publish(options.subject("a"), bytes(text), { id: text, timeout: 2000 })),
  );
}

onBothBuses((bus) => {
  describe("a stream", () => {
    it("keeps what is published, and says where", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      expect(await publish(transport, options, "1", "2")).toEqual([
        { sequence: 1, duplicate: false },
        { sequence: 2, duplicate: false },
      ]);
    });

    it("keeps what has the same id once", async () => {
      const [transport, other, options] = [await bus.transport(), await bus.transport(), newStream()];
      await publish(transport, options, "1");
      expect(await publish(other, options, "1", "2")).toEqual([
        { sequence: 1, duplicate: true },
        { sequence: 2, duplicate: false },
      ]);
    });

    it("keeps what is published by those who know nothing of it, and they are heard as ever", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const stream = await transport.stream(options);
      const heard: string[] = [];
      transport.subscribe(options.subject("*"), ({ data }) => heard.push(decoder.decode(data)));
      await transport.flush();
      transport.publish(options.subject("a"), bytes("plain"), { "X-Colour": "red" });
      await publish(transport, options, "kept");
      const got: StreamDelivery[] = [];
      await stream.consume(consumer(options), (delivery) => {
        got.push(delivery);
        delivery.settle(done);
      });
      await vi.waitFor(() => expect(got.map(textOf)).toEqual(["plain", "kept"]));
      expect(got[0]).toMatchObject({ subject: options.subject("a"), headers: { "X-Colour": "red" }, sequence: 1 });
      expect(heard).toEqual(["plain", "kept"]);
    });

    it("lets go of the oldest when there are too many, or too much", async () => {
      const transport = await bus.transport();
      for (const limit of [{ maximumMessages: 2 }, { maximumBytes: 3500 }]) {
        const options = newStream(limit);
        await publish(transport, options, ...["1", "2", "3", "4", "5"].map((text) => text.repeat(1000)));
        const got: string[] = [];
        const stream = await transport.stream(options);
        await stream.consume(consumer(options), (delivery) => got.push(textOf(delivery)[0] ?? ""));
        await vi.waitFor(() => expect(got.at(-1)).toBe("5"));
        expect(got).not.toContain("1");
      }
    });

    it("is left as it is when it is there, with whatever settings it is opened again", async () => {
      const [transport, other, options] = [await bus.transport(), await bus.transport(), newStream()];
      await transport.stream(options);
      const settings = { storage: "memory", maximumMessages: 1, duplicateWindow: 1000 } as const;
      await transport.stream({ ...options, ...settings });
      const stream = await other.stream({ ...options, ...settings });
      await publish(transport, options, "1", "2");
      const got: string[] = [];
      await stream.consume(consumer(options), (delivery) => got.push(textOf(delivery)));
      await vi.waitFor(() => expect(got).toEqual(["1", "2"]));
    });

    it("must keep all that it is opened for, whoever opened it before", async () => {
      const [transport, other, options] = [await bus.transport(), await bus.transport(), newStream()];
      await transport.stream(options);
      for (const again of [transport, other]) {
        await again.stream({ ...options, subjects: [options.subject("a")] });
        const more = { ...options, subjects: [...options.subjects, "elsewhere.*"] };
        await expect(again.stream(more)).rejects.toMatchObject({
          code: "stream_failed",
          subject: options.name,
          rawMessage: `the stream "${options.name}" does not keep elsewhere.*; add that to its subjects`,
        });
        await again.stream(options);
      }
    });

    it("is not made to keep what another keeps", async () => {
      const [transport, other, options] = [await bus.transport(), await bus.transport(), newStream()];
      await transport.stream(options);
      for (const subject of [options.subject("a"), `${options.name}.>`, `${options.name}.*`]) {
        const second = newStream({ subjects: [subject] });
        for (const again of [transport, other]) {
          await expect(again.stream(second)).rejects.toMatchObject({
            code: "stream_failed",
            subject: second.name,
            message: expect.stringContaining(`another stream keeps some of ${subject} already`),
          });
        }
      }
    });

    it("keeps everything that has an empty id", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      expect(await publish(transport, options, "", "")).toEqual([
        { sequence: 1, duplicate: false },
        { sequence: 2, duplicate: false },
      ]);
    });

    it("takes header fields and ids that can travel, and no more of them than a server does", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const stream = await transport.stream(options);
      const send = (own: { readonly id?: string; readonly headers?: Headers }, data = "x") =>
        stream.publish(options.subject("a"), bytes(data), { id: "1", timeout: 2000, ...own });
      await expect(send({ headers: { "a:b": "x" } })).rejects.toMatchObject({ code: "invalid_argument" });
      await expect(send({ headers: { a: "x\ny" } })).rejects.toMatchObject({ code: "invalid_argument" });
      await expect(send({ id: "x\ny" })).rejects.toMatchObject({ code: "invalid_argument" });
      await expect(send({ headers: { a: "x".repeat(65_536) } })).rejects.toMatchObject({
        code: "message_too_large",
        rawMessage: expect.stringContaining("more than the 64 KiB"),
      });
      const whole = "x".repeat(transport.maximumPayload);
      await expect(send({}, whole)).rejects.toMatchObject({
        code: "message_too_large",
        rawMessage: expect.stringContaining("more than the 8388608 that the bus takes"),
      });
      const room = 65_535 - `NATS/1.0\r\nNats-Msg-Id: 1\r\nNats-Expected-Stream: ${options.name}\r\na: \r\n\r\n`.length;
      expect(await send({ headers: { a: "x".repeat(room) } })).toEqual({ sequence: 1, duplicate: false });
      await expect(send({ headers: { a: "x".repeat(room + 1) } })).rejects.toMatchObject({ code: "message_too_large" });
    });

    it("takes nothing on other subjects", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const stream = await transport.stream(options);
      const publishing = stream.publish("elsewhere.a", bytes("x"), { id: "x", timeout: 2000 });
      await expect(publishing).rejects.toMatchObject({
        code: "stream_failed",
        rawMessage: expect.stringContaining("does not keep elsewhere.a"),
      });
    });

    it("has a name and subjects that a server takes", async () => {
      const transport = await bus.transport();
      await expect(transport.stream(newStream({ name: "a.b" }))).rejects.toThrow(/^\[invalid_subject\]/);
      await expect(transport.stream(newStream({ subjects: ["a b"] }))).rejects.toThrow(/^\[invalid_subject\]/);
      const stream = await transport.stream(newStream());
      await expect(stream.consume(consumer(newStream(), { name: "a b" }), () => undefined)).rejects.toThrow(
        /^\[invalid_argument\]/,
      );
    });
  });

  describe("consumers", () => {
    it("of one name share what there is, and those of another get all of it", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const got: Record<string, string[]> = { first: [], second: [], alone: [] };
      const take = async (member: string, name: string) => {
        const stream = await (await bus.transport()).stream(options);
        await stream.consume(consumer(options, { name }), (delivery) => {
          got[member]?.push(textOf(delivery));
          delivery.settle(done);
        });
      };
      await take("first", "shared");
      await take("second", "shared");
      await take("alone", "own");
      const texts = Array.from({ length: 200 }, (_, index) => `${index}`);
      await publish(transport, options, ...texts);
      const { first = [], second = [], alone = [] } = got;
      await vi.waitFor(() => expect([first.length + second.length, alone.length]).toEqual([200, 200]));
      expect([...first, ...second].toSorted()).toEqual(texts.toSorted());
      expect(Math.min(first.length, second.length)).toBeGreaterThan(20);
      expect(alone).toEqual(texts);
    });

    it("go on where their group had got to, also when nobody of it was there", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const got: string[] = [];
      const take = (delivery: StreamDelivery) => {
        got.push(textOf(delivery));
        delivery.settle(done);
      };
      const first = await bus.transport();
      await (await first.stream(options)).consume(consumer(options), take);
      await publish(transport, options, "1", "2");
      await vi.waitFor(() => expect(got).toEqual(["1", "2"]));
      await first.flush();
      await first.close();
      await publish(transport, options, "3");
      await (await transport.stream(options)).consume(consumer(options, { start: "now" }), take);
      await publish(transport, options, "4");
      await vi.waitFor(() => expect(got).toEqual(["1", "2", "3", "4"]));
    });

    it("begin now or at the beginning, when they are new", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      await publish(transport, options, "before");
      const got: Record<string, string[]> = { now: [], beginning: [] };
      const stream = await transport.stream(options);
      for (const start of ["now", "beginning"] as const) {
        await stream.consume(consumer(options, { name: start, start }), (delivery) =>
          got[start]?.push(textOf(delivery)),
        );
      }
      await publish(transport, options, "after");
      await vi.waitFor(() => expect(got).toEqual({ now: ["after"], beginning: ["before", "after"] }));
    });

    it("get again what they ask for again, no sooner than they say, and what they do not settle", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const got: string[] = [];
      const counts: number[] = [];
      let asked = 0;
      const stream = await transport.stream(options);
      await stream.consume(consumer(options, { wait: 1000 }), (delivery) => {
        const text = textOf(delivery);
        const isFirst = !got.includes(text);
        got.push(text);
        if (text === "later") {
          counts.push(delivery.deliveries);
          if (!isFirst) expect(Date.now() - asked).toBeGreaterThanOrEqual(95);
          asked = Date.now();
        }
        if (!isFirst) delivery.settle(done);
        else if (text === "later") delivery.settle({ kind: "again", delay: 100 });
        else if (text === "never") delivery.settle({ kind: "given up" });
      });
      await publish(transport, options, "later", "never", "silent");
      await vi.waitFor(() => expect(got).toHaveLength(5), { timeout: 10_000 });
      expect(got).toEqual(["later", "never", "silent", "later", "silent"]);
      expect(counts).toEqual([1, 2]);
    });

    it("keep a message for as long as they show signs of life", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const got: string[] = [];
      const stream = await transport.stream(options);
      let signs = 0;
      await stream.consume(consumer(options, { wait: 1000 }), (delivery) => {
        got.push(textOf(delivery));
        if (got.length > 1) return delivery.settle(done);
        const timer = setInterval(() => {
          delivery.working();
          signs += 1;
          if (signs === 8) clearInterval(timer);
        }, 200);
      });
      await publish(transport, options, "long");
      await vi.waitFor(() => expect(got).toEqual(["long", "long"]), { timeout: 10_000 });
      expect(signs).toBe(8);
    });

    it("hold no more than may be in flight", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const held: StreamDelivery[] = [];
      const stream = await transport.stream(options);
      await stream.consume(consumer(options, { inFlight: 3 }), (delivery) => held.push(delivery));
      await publish(transport, options, "1", "2", "3", "4", "5", "6", "7");
      await vi.waitFor(() => expect(held).toHaveLength(3));
      await transport.flush();
      expect(held).toHaveLength(3);
      for (let count = 0; count < 7; count++) {
        await vi.waitFor(() => expect(held.length).toBeGreaterThan(count));
        held[count]?.settle(done);
      }
      await vi.waitFor(() => expect(held.map(textOf)).toEqual(["1", "2", "3", "4", "5", "6", "7"]));
    });

    it("may want other subjects from now on, and lose nothing of what they want", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const stream = await transport.stream(options);
      const got: string[] = [];
      const take = (delivery: StreamDelivery) => {
        got.push(`${delivery.subject.at(-1)}${textOf(delivery)}`);
        delivery.settle(done);
      };
      const first = await stream.consume(consumer(options, { subjects: [options.subject("a")] }), take);
      await publish(transport, options, "1");
      await vi.waitFor(() => expect(got).toEqual(["a1"]));
      first.stop();
      await publish(transport, options, "2");
      const both = ["a", "b"].map(options.subject);
      await stream.consume(consumer(options, { subjects: both, start: "now" }), take);
      await stream.publish(options.subject("b"), bytes("3"), { id: "3", timeout: 2000 });
      await vi.waitFor(() => expect(got).toEqual(["a1", "a2", "b3"]));
    });

    it("get what they have passed over since, when they want it", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const stream = await transport.stream(options);
      const got: string[] = [];
      const take = (delivery: StreamDelivery) => {
        got.push(textOf(delivery));
        delivery.settle(done);
      };
      const send = (token: string, text: string) =>
        stream.publish(options.subject(token), bytes(text), { id: text, timeout: 2000 });
      await send("b", "1");
      const first = await stream.consume(consumer(options, { subjects: [options.subject("a")] }), take);
      await send("a", "2");
      await vi.waitFor(() => expect(got).toEqual(["2"]));
      await send("b", "3");
      await transport.flush();
      first.stop();
      await stream.consume(consumer(options, { subjects: ["a", "b"].map(options.subject), start: "now" }), take);
      await vi.waitFor(() => expect(got).toEqual(["2", "3"]));
    });

    it("that want what their stream does not keep are refused", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const stream = await transport.stream(options);
      const subjects = [options.subject("a"), "elsewhere.a"];
      await expect(stream.consume(consumer(options, { subjects }), () => undefined)).rejects.toMatchObject({
        code: "stream_failed",
        rawMessage: expect.stringContaining("does not keep elsewhere.a"),
      });
    });

    it("may want more than their stream keeps, and get what it does", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const few = { ...options, subjects: [options.subject("a"), options.subject("b")] };
      const stream = await transport.stream(few);
      const got: string[] = [];
      await stream.consume(consumer(options), (delivery) => got.push(textOf(delivery)));
      await publish(transport, { ...options, ...few }, "1");
      await vi.waitFor(() => expect(got).toEqual(["1"]));
    });

    it("get nothing more once they have stopped, and others get what they held", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const stream = await transport.stream(options);
      const held: StreamDelivery[] = [];
      const first = await stream.consume(consumer(options), (delivery) => held.push(delivery));
      await publish(transport, options, "1");
      await vi.waitFor(() => expect(held).toHaveLength(1));
      first.stop();
      first.stop();
      const got: string[] = [];
      await stream.consume(consumer(options), (delivery) => got.push(textOf(delivery)));
      await publish(transport, options, "2");
      await vi.waitFor(() => expect(got).toEqual(["2"]));
      held[0]?.settle({ kind: "again", delay: 0 });
      await vi.waitFor(() => expect(got).toEqual(["2", "1"]));
      expect(held).toHaveLength(1);
    });

    it("end with their connection", async () => {
      const [transport, options] = [await bus.transport(), newStream()];
      const stream = await transport.stream(options);
      const held: StreamDelivery[] = [];
      await stream.consume(consumer(options, { wait: 1000 }), (delivery) => held.push(delivery));
      await publish(transport, options, "1");
      await vi.waitFor(() => expect(held).toHaveLength(1));
      await transport.close();
      held[0]?.working();
      held[0]?.settle(done);
      const closed = /^\[connection_closed\]/;
      await expect(stream.publish(options.subject("a"), bytes("x"), { id: "x", timeout: 100 })).rejects.toThrow(closed);
      await expect(stream.consume(consumer(options), () => undefined)).rejects.toThrow(closed);
      await expect(transport.stream(options)).rejects.toThrow(closed);
      // What was said over a closed connection nobody has heard.
      const got: number[] = [];
      const other = await (await bus.transport()).stream(options);
      await other.consume(consumer(options, { wait: 1000 }), ({ deliveries }) => got.push(deliveries));
      await vi.waitFor(() => expect(got[0]).toBeGreaterThan(1), { timeout: 5000 });
    });
  });
});

describe("a server whose operators change what is there", () => {
  /** A stream, a consumer of it, and what the command line of operators can do. */
  async function consumed() {
    const server = await startNatsServer();
    onTestFinished(server.stop);
    const [transport, operator] = [await connectNats({ servers: server.url }), await connect({ servers: server.url })];
    onTestFinished(() => transport.close());
    onTestFinished(() => operator.close());
    const options = newStream();
    const [got, failures]: [string[], ProtocolError[]] = [[], []];
    const how = consumer(options, { onFailure: (error) => failures.push(error) });
    await (await transport.stream(options)).consume(how, (delivery) => {
      got.push(textOf(delivery));
      delivery.settle(done);
    });
    const manager = await operator.jetstreamManager();
    return { transport, options, got, failures, ...manager };
  }

  it("gets a consumer back that was deleted, which begins as it would have at first", async () => {
    const { transport, options, got, failures, consumers } = await consumed();
    await publish(transport, options, "1");
    await vi.waitFor(() => expect(got).toEqual(["1"]));
    await consumers.delete(options.name, "group");
    await publish(transport, options, "2");
    await vi.waitFor(() => expect(got).toEqual(["1", "1", "2"]), { timeout: 15_000 });
    expect(failures).toEqual([]);
  });

  it("gets a stream back that was deleted, from whoever publishes next", async () => {
    const { transport, options, got, streams } = await consumed();
    await publish(transport, options, "1");
    await vi.waitFor(() => expect(got).toEqual(["1"]));
    await streams.delete(options.name);
    const kept = await publish(transport, options, "2", "3");
    expect(kept.map(({ sequence }) => sequence).toSorted()).toEqual([1, 2]);
    await vi.waitFor(() => expect(got.toSorted()).toEqual(["1", "2", "3"]), { timeout: 15_000 });
  });

  it("may be told to keep more, and then gives it to those who were refused", async () => {
    const { transport, options, streams } = await consumed();
    const more = { ...options, subjects: [...options.subjects, "elsewhere.*"] };
    await expect(transport.stream(more)).rejects.toThrow("does not keep elsewhere.*");
    await streams.update(options.name, { subjects: more.subjects });
    const stream = await transport.stream(more);
    expect(await stream.publish("elsewhere.a", bytes("x"), { id: "x", timeout: 2000 })).toMatchObject({ sequence: 1 });
  });

  it("has a stream of that name that mirrors another, and so takes nothing", async () => {
    const { transport, options, streams } = await consumed();
    const mirror = newStream();
    await streams.add({ name: mirror.name, mirror: { name: options.name } });
    await expect(transport.stream(mirror)).rejects.toThrow(
      `does not keep ${mirror.subjects}; add that to its subjects`,
    );
  });

  it("is complained about once when the stream is away for long, and consuming goes on when it is back", async () => {
    const { transport, options, got, failures, streams } = await consumed();
    await streams.delete(options.name);
    await vi.waitFor(() => expect(failures).toMatchObject([{ code: "stream_failed" }]), { timeout: 25_000 });
    await streams.add({ name: options.name, subjects: [...options.subjects] });
    await publish(transport, options, "back");
    await vi.waitFor(() => expect(got).toEqual(["back"]), { timeout: 15_000 });
    expect(failures).toHaveLength(1);
  }, 60_000);
});

describe("subjects of streams", () => {
  it.each([
    ["a.b", "a.b", true],
    ["a.b", "a.*", true],
    ["a.*", "a.b", false],
    ["a.*", "a.*", true],
    ["a.b.c", "a.>", true],
    ["a", "a.>", false],
    ["a.>", "a.*", false],
    ["a.>", "a.>", true],
    ["a.b", ">", true],
  ])("%s is part of %s: %s", (inner, outer, expected) => expect(isPartOf(inner, outer)).toBe(expected));

  it.each([
    ["a.b", "a.b", true],
    ["a.b", "a.c", false],
    ["a.*", "*.b", true],
    ["a.*", "b.*", false],
    ["a.b", "a.b.c", false],
    ["a.>", "*.b.c", true],
    ["a.>", "a", false],
    [">", "a", true],
  ])("%s and %s overlap: %s", (one, other, expected) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([expected, expected]);
  });
});

describe("one subject for a consumer", () => {
  it.each([
    [["a.b.c"], "a.b.c"],
    [["a.b.c", "a.b.d"], "a.b.*"],
    [["a.b.c", "a.x.c", "a.b.d"], "a.*.*"],
    [["a.b", "a.b.c"], "a.>"],
    [["a.b", "x.y"], "*.*"],
    [["a", "b.c"], ">"],
  ])("around %j is %s", (subjects, expected) => expect(around(subjects)).toBe(expected));

  it("is within one that the stream keeps, or around one", () => {
    expect(filterFor(["w.north.a", "w.north.b"], ["w.*.*"])).toBe("w.north.*");
    expect(filterFor(["w.north.a", "w.north.b"], ["w.*.a", "w.*.b", "x.*.a"])).toBe("w.*.*");
    expect(filterFor(["w.north.a"], ["w.*.a", "w.*.b"])).toBe("w.north.a");
  });
});
