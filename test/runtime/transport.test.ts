import { describe, expect, it, vi } from "vitest";
import type { Delivery, EntryChange, TransportStatus } from "../../runtime/transport/transport.js";
import { bytes, onBothBuses } from "../support/brokers.js";

const decoder = new TextDecoder();
const textOf = ({ data }: Delivery) => decoder.decode(data);
const quick = { timeout: 2000 };
let bucketNumber = 0;

/** A bucket that no other test uses. */
function newBucketName(): string {
  bucketNumber += 1;
  return `transport_${process.pid}_${bucketNumber}`;
}

onBothBuses((bus) => {
  describe("messages", () => {
    it("reach everybody who listens, in order, with wildcards", async () => {
      const [sender, receiver] = [await bus.transport(), await bus.transport()];
      const seen: Record<string, string[]> = { exact: [], one: [], rest: [], other: [] };
      const note = (name: string) => (delivery: Delivery) =>
        seen[name]?.push(`${delivery.subject}=${textOf(delivery)}`);
      receiver.subscribe("wild.a.b", note("exact"));
      receiver.subscribe("wild.*.b", note("one"));
      receiver.subscribe("wild.>", note("rest"));
      receiver.subscribe("wild.*", note("other"));
      await receiver.flush();
      for (const [index, subject] of ["wild.a.b", "wild.c.b", "wild.a.b.c"].entries())
        sender.publish(subject, bytes(`${index}`));
      await sender.flush();
      await receiver.flush();
      expect(seen).toEqual({
        exact: ["wild.a.b=0"],
        one: ["wild.a.b=0", "wild.c.b=1"],
        rest: ["wild.a.b=0", "wild.c.b=1", "wild.a.b.c=2"],
        other: [],
      });
    });

    it("reach one of each queue group, and everybody outside of one", async () => {
      const sender = await bus.transport();
      const counts = { red: 0, blue: 0, alone: 0 };
      for (const group of ["red", "red", "blue", "blue", "blue"] as const) {
        const member = await bus.transport();
        member.subscribe("queued", () => (counts[group] += 1), { queue: group });
        await member.flush();
      }
      sender.subscribe("queued", () => (counts.alone += 1));
      for (let count = 0; count < 50; count++) sender.publish("queued", bytes("x"));
      await vi.waitFor(() => expect(counts).toEqual({ red: 50, blue: 50, alone: 50 }));
    });

    it("are shared among the members of a queue group", async () => {
      const sender = await bus.transport();
      const counts = [0, 0];
      for (const index of [0, 1]) {
        const member = await bus.transport();
        member.subscribe("shared", () => (counts[index] = (counts[index] ?? 0) + 1), { queue: "workers" });
        await member.flush();
      }
      for (let count = 0; count < 200; count++) sender.publish("shared", bytes("x"));
      await vi.waitFor(() => expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(200));
      expect(Math.min(...counts)).toBeGreaterThan(20);
    });

    it("carry headers", async () => {
      const transport = await bus.transport();
      const seen: Delivery["headers"][] = [];
      transport.subscribe("headed", ({ headers }) => seen.push(headers));
      transport.publish("headed", bytes("x"), { "X-Colour": "red" });
      transport.publish("headed", bytes("x"));
      transport.publish("headed", bytes("x"), {});
      transport.publish("headed", bytes("x"), { "X-Colour": " light green ", lower: "\u00e9", EMPTY: "" });
      await vi.waitFor(() =>
        expect(seen).toEqual([
          { "X-Colour": "red" },
          undefined,
          undefined,
          { "X-Colour": "light green", lower: "\u00e9", EMPTY: "" },
        ]),
      );
    });

    it("have header fields of their own, whatever those of the one before were", async () => {
      const transport = await bus.transport();
      const seen: Delivery["headers"][] = [];
      transport.subscribe("headed", ({ headers }) => seen.push(headers));
      const sent = ["red", "red", "tan", "grey", undefined, "tan"].map((colour) => colour && { colour });
      for (const headers of sent) transport.publish("headed", bytes("x"), headers || undefined);
      await vi.waitFor(() => expect(seen).toEqual(sent));
    });

    it("carry what their sender is labelled with, from then on: published, asked and answered", async () => {
      const [transport, other] = [await bus.transport(), await bus.transport()];
      const seen: Delivery["headers"][] = [];
      other.subscribe("headed", ({ headers, respond }) => {
        seen.push(headers);
        respond?.(bytes("x"));
      });
      transport.subscribe("answered", ({ respond }) => respond?.(bytes("x")));
      await Promise.all([transport.flush(), other.flush()]);
      transport.publish("headed", bytes("x"));
      transport.label({ by: " me " });
      transport.publish("headed", bytes("x"));
      transport.publish("headed", bytes("x"), { colour: "red" });
      expect((await transport.request("headed", bytes("x"), quick)).headers).toBeUndefined();
      expect((await other.request("answered", bytes("x"), quick)).headers).toEqual({ by: "me" });
      expect(seen).toEqual([undefined, { by: "me" }, { by: "me", colour: "red" }, { by: "me" }]);
    });

    it("say what they say themselves, where their sender is labelled with something else", async () => {
      const transport = await bus.transport();
      const seen: Delivery["headers"][] = [];
      transport.subscribe("headed", ({ headers }) => seen.push(headers));
      transport.label({ by: "me" });
      transport.publish("headed", bytes("x"), { by: "another" });
      await vi.waitFor(() => expect(seen).toEqual([{ by: "another" }]));
      expect(() => transport.label({ "a b": "x" })).toThrow(/^\[invalid_argument\]/);
    });

    it.each([
      ["a b", "x"],
      ["", "x"],
      ["a:b", "x"],
      ["\u00e9", "x"],
      ["a", "x\r\nb: y"],
      ["a", "x\0"],
    ])("do not carry the header field %j: %j", async (name, text) => {
      const transport = await bus.transport();
      const refused = { code: "invalid_argument", message: expect.stringContaining(JSON.stringify(name)) };
      expect(() => transport.publish("headed", bytes("x"), { [name]: text })).toThrow(expect.objectContaining(refused));
      const asking = transport.request("headed", bytes("x"), { timeout: 1000, headers: { [name]: text } });
      await expect(asking).rejects.toMatchObject(refused);
    });

    it("count their header fields as part of their size", async () => {
      const transport = await bus.transport();
      const filling = bytes("x".repeat(transport.maximumPayload - 20));
      transport.publish("headed", filling, { a: "1" });
      expect(() => transport.publish("headed", filling, { a: "1".repeat(10) })).toThrow(/^\[message_too_large\]/);
      transport.label({ a: "1".repeat(10) });
      expect(() => transport.publish("headed", filling)).toThrow(/^\[message_too_large\]/);
      await transport.flush();
    });

    it("are not changed by what the sender does with its bytes afterwards", async () => {
      const transport = await bus.transport();
      const seen: string[] = [];
      transport.subscribe("copied", (delivery) => seen.push(textOf(delivery)));
      const data = bytes("before");
      transport.publish("copied", data);
      await transport.flush();
      data.fill(0);
      await vi.waitFor(() => expect(seen).toEqual(["before"]));
    });

    it("reach nobody who has unsubscribed", async () => {
      const transport = await bus.transport();
      const seen: string[] = [];
      const subscription = transport.subscribe("left", (delivery) => seen.push(textOf(delivery)));
      transport.publish("left", bytes("1"));
      await transport.flush();
      subscription.unsubscribe();
      transport.publish("left", bytes("2"));
      await transport.flush();
      subscription.unsubscribe();
      expect(seen).toEqual(["1"]);
    });

    it("that are on their way when a subscription is drained are delivered", async () => {
      const [sender, receiver] = [await bus.transport(), await bus.transport()];
      let seen = 0;
      const subscription = receiver.subscribe("drained", () => (seen += 1));
      await receiver.flush();
      for (let count = 0; count < 100; count++) sender.publish("drained", bytes("x"));
      await sender.flush();
      await subscription.drain();
      expect(seen).toBe(100);
      sender.publish("drained", bytes("x"));
      await sender.flush();
      await receiver.flush();
      expect(seen).toBe(100);
    });

    it.each(["", "a..b", ".a", "a.", "a b", "a\tb", "a.*", "a.>", "a\u0000b"])(
      "cannot be sent to %j",
      async (subject) => {
        const transport = await bus.transport();
        expect(() => transport.publish(subject, bytes("x"))).toThrow(/^\[invalid_subject\]/);
        await expect(transport.request(subject, bytes("x"), quick)).rejects.toThrow(/^\[invalid_subject\]/);
      },
    );

    it.each(["", "a..b", "a b", "a.>.b", ">.a", "a\r\nb"])("cannot be subscribed to as %j", async (subject) => {
      const transport = await bus.transport();
      expect(() => transport.subscribe(subject, () => undefined)).toThrow(/^\[invalid_subject\]/);
    });

    it("cannot be larger than the bus takes", async () => {
      const transport = await bus.transport();
      const data = new Uint8Array(transport.maximumPayload + 1);
      expect(() => transport.publish("large", data)).toThrow(/^\[message_too_large\]/);
      await expect(transport.request("large", data, quick)).rejects.toThrow(/^\[message_too_large\]/);
      transport.publish("large", data.subarray(1));
      await transport.flush();
    });
  });

  describe("requests", () => {
    it("get the first answer, with its headers", async () => {
      const [asker, answerer] = [await bus.transport(), await bus.transport()];
      answerer.subscribe("ask.*", (delivery) => {
        delivery.respond?.(bytes(`first to ${textOf(delivery)}`), { "X-Answer": "1" });
        delivery.respond?.(bytes("second"));
      });
      await answerer.flush();
      const answers = ["a", "b"].map((question) => asker.request(`ask.${question}`, bytes(question), quick));
      const [first, second] = await Promise.all(answers);
      expect(first && [textOf(first), first.headers]).toEqual(["first to a", { "X-Answer": "1" }]);
      expect(second && textOf(second)).toBe("first to b");
    });

    it("fail at once where nobody listens", async () => {
      const transport = await bus.transport();
      const start = performance.now();
      await expect(transport.request("nobody", bytes("x"), { timeout: 10_000 })).rejects.toMatchObject({
        code: "no_responders",
        subject: "nobody",
      });
      expect(performance.now() - start).toBeLessThan(2000);
    });

    it("fail when nobody answers in time", async () => {
      const transport = await bus.transport();
      transport.subscribe("silent", () => undefined);
      await expect(transport.request("silent", bytes("x"), { timeout: 30 })).rejects.toMatchObject({ code: "timeout" });
    });

    it("can be given up, before and after they are sent", async () => {
      const transport = await bus.transport();
      transport.subscribe("slow", () => undefined);
      const controller = new AbortController();
      const waiting = transport.request("slow", bytes("x"), { timeout: 10_000, signal: controller.signal });
      controller.abort(new Error("enough"));
      await expect(waiting).rejects.toMatchObject({ code: "cancelled", cause: { message: "enough" } });
      await expect(
        transport.request("slow", bytes("x"), { ...quick, signal: controller.signal }),
      ).rejects.toMatchObject({
        code: "cancelled",
      });
    });

    it("are told apart from messages that want no answer", async () => {
      const transport = await bus.transport();
      const wanted: boolean[] = [];
      transport.subscribe("either", ({ respond }) => {
        wanted.push(respond !== undefined);
        respond?.(bytes(""));
      });
      transport.publish("either", bytes("x"));
      await transport.request("either", bytes("x"), quick);
      expect(wanted).toEqual([false, true]);
    });
  });

  describe("a closed connection", () => {
    it("ends what waits, refuses the rest, and says so", async () => {
      const transport = await bus.transport();
      const statuses: TransportStatus["kind"][] = [];
      transport.onStatus(({ kind }) => statuses.push(kind));
      transport.subscribe("closing", () => undefined);
      const waiting = transport.request("closing", bytes("x"), { timeout: 10_000 });
      const outcome = expect(waiting).rejects.toMatchObject({ code: "connection_closed" });
      await transport.close();
      await transport.close();
      await outcome;
      expect(statuses).toEqual(["closed"]);
      const closed = /^\[connection_closed\]/;
      expect(() => transport.publish("a", bytes("x"))).toThrow(closed);
      expect(() => transport.subscribe("a", () => undefined)).toThrow(closed);
      await expect(transport.request("a", bytes("x"), quick)).rejects.toThrow(closed);
      await expect(transport.flush()).rejects.toThrow(closed);
      await expect(transport.bucket("a")).rejects.toThrow(closed);
    });
  });

  describe("buckets", () => {
    it("take a value at the revision at which its key was deleted", async () => {
      const bucket = await (await bus.transport()).bucket(newBucketName(), { create: { history: 5 } });
      const first = await bucket.put("colour", bytes("red"), { revision: 0 });
      await bucket.delete("colour");
      const deletion = (await bucket.history("colour")).at(-1)?.revision ?? 0;
      const conflict = { code: "key_conflict" };
      await expect(bucket.put("colour", bytes("blue"), { revision: first })).rejects.toMatchObject(conflict);
      const second = await bucket.put("colour", bytes("green"), { revision: deletion });
      expect(second).toBeGreaterThan(deletion);
      await expect(bucket.put("colour", bytes("blue"), { revision: deletion })).rejects.toMatchObject(conflict);
    });

    it("keep values with growing revisions", async () => {
      const [writer, reader] = [await bus.transport(), await bus.transport()];
      const name = newBucketName();
      const bucket = await writer.bucket(name, { create: { history: 1 } });
      expect(await bucket.get("colour")).toBeUndefined();
      const first = await bucket.put("colour", bytes("red"));
      const second = await bucket.put("colour", bytes("blue"));
      expect(second).toBeGreaterThan(first);
      const entry = await (await reader.bucket(name)).get("colour");
      expect(entry).toMatchObject({ key: "colour", revision: second });
      expect(entry && decoder.decode(entry.data)).toBe("blue");
    });

    it("must exist, unless they are to be made", async () => {
      const transport = await bus.transport();
      const name = newBucketName();
      await expect(transport.bucket(name)).rejects.toMatchObject({ code: "bucket_missing" });
      await transport.bucket(name, { create: { history: 1 } });
      await expect(transport.bucket(name)).resolves.toBeDefined();
    });

    it("let nobody overwrite what they have not seen", async () => {
      const bucket = await (await bus.transport()).bucket(newBucketName(), { create: { history: 1 } });
      const first = await bucket.put("counter", bytes("1"), { revision: 0 });
      await expect(bucket.put("counter", bytes("1"), { revision: 0 })).rejects.toMatchObject({ code: "key_conflict" });
      await bucket.put("counter", bytes("2"), { revision: first });
      await expect(bucket.put("counter", bytes("3"), { revision: first })).rejects.toMatchObject({
        code: "key_conflict",
      });
    });

    it("forget what is deleted, after which it is new again", async () => {
      const bucket = await (await bus.transport()).bucket(newBucketName(), { create: { history: 1 } });
      await bucket.delete("gone");
      await bucket.put("gone", bytes("x"));
      await bucket.put("kept", bytes("x"));
      await bucket.delete("gone");
      expect(await bucket.get("gone")).toBeUndefined();
      expect(await bucket.keys()).toEqual(["kept"]);
      await bucket.put("gone", bytes("y"), { revision: 0 });
      expect(await bucket.keys()).toEqual(["kept", "gone"]);
    });

    it("tell a watcher of a key what there is and what happens to it", async () => {
      const bucket = await (await bus.transport()).bucket(newBucketName(), { create: { history: 1 } });
      await bucket.put("seen", bytes("1"));
      const seen: (string | undefined)[] = [];
      const note = ({ data }: EntryChange) => seen.push(data && decoder.decode(data));
      const stop = await bucket.watch("seen", note);
      await vi.waitFor(() => expect(seen).toEqual(["1"]));
      await bucket.put("other", bytes("x"));
      await bucket.put("seen", bytes("2"));
      await vi.waitFor(() => expect(seen).toEqual(["1", "2"]));
      await bucket.delete("seen");
      await vi.waitFor(() => expect(seen).toEqual(["1", "2", undefined]));
      stop();
      await bucket.put("seen", bytes("3"));
      await bucket.get("seen");
      expect(seen).toEqual(["1", "2", undefined]);
    });

    it("do not tell a new watcher of a key that was deleted before", async () => {
      const bucket = await (await bus.transport()).bucket(newBucketName(), { create: { history: 1 } });
      await bucket.put("past", bytes("1"));
      await bucket.delete("past");
      const seen: (string | undefined)[] = [];
      await bucket.watch("past", ({ data }) => seen.push(data && decoder.decode(data)));
      await bucket.put("past", bytes("2"));
      await vi.waitFor(() => expect(seen).toEqual(["2"]));
    });

    it("take values up to their own size", async () => {
      const transport = await bus.transport();
      const name = newBucketName();
      await transport.bucket(name, { create: { history: 1, maximumValueSize: 1000 } });
      const bucket = await (await bus.transport()).bucket(name);
      await bucket.put("small", new Uint8Array(900));
      await expect(bucket.put("large", new Uint8Array(1001))).rejects.toMatchObject({ code: "message_too_large" });
    });

    it.each(["", ".a", "a.", "a b", "a:b", "a*", "\u00e9"])("have no key %j", async (key) => {
      const bucket = await (await bus.transport()).bucket(newBucketName(), { create: { history: 1 } });
      await expect(bucket.put(key, bytes("x"))).rejects.toMatchObject({ code: "invalid_subject" });
      await expect(bucket.get(key)).rejects.toMatchObject({ code: "invalid_subject" });
      await expect(bucket.watch(key, () => undefined)).rejects.toMatchObject({ code: "invalid_subject" });
    });

    it.each(["", "a.b", "a b"])("have no name %j", async (name) => {
      const transport = await bus.transport();
      const create = { history: 1 };
      await expect(transport.bucket(name, { create })).rejects.toMatchObject({ code: "invalid_subject" });
    });
  });
});
