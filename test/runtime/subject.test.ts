import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { TokenRule } from "../../runtime/protocol/message.js";
import { compileSubject, type SubjectParameters } from "../../runtime/protocol/subject.js";
import { isToken, plainToken, toToken } from "../../runtime/protocol/token.js";

const room: TokenRule = {
  steps: [
    { step: "lowercase" },
    { step: "remove", characters: "." },
    { step: "replace", characters: " ", by: "-" },
    { step: "remove", characters: "*>!@#$%^&()+=[]{}|\\:;\"'<,?/" },
    { step: "truncate", length: 100 },
  ],
};
const exact: TokenRule = { steps: [], pattern: "^[A-Za-z0-9_-]+$" };
const tokens = { room, exact };

describe("text becomes a token by the steps of its rule, in order", () => {
  it.each([
    ["Lounge", "lounge"],
    ["My Channel!", "my-channel"],
    ["exam.ple", "example"],
    ["Exam.PLE", "example"],
    ["a.b.c", "abc"],
    ["foo_bar-baz", "foo_bar-baz"],
    ["\u00DCn\u00EFcode \u00C7HAN", "\u00FCn\u00EFcode-\u00E7han"],
    ["\u65E5\u672C\u8A9E", "\u65E5\u672C\u8A9E"],
    ["a*b>c", "abc"],
    ["  x  ", "--x--"],
    ["~`x", "~`x"],
    ["a--b", "a--b"],
    ["a/b\\c|d", "abcd"],
    ["x".repeat(150), "x".repeat(100)],
    ["\u{1F600}".repeat(150), "\u{1F600}".repeat(100)],
    ["\u0130stanbul", "i\u0307stanbul"],
    ["STRA\u1E9EE", "stra\u00DFe"],
    ["\u039F\u03A3", "\u03BF\u03C2"],
    ["\u03A3\u039F", "\u03C3\u03BF"],
  ])("%j becomes %j", (text, token) => {
    expect(toToken(text, room, "room")).toBe(token);
  });

  it("and nothing is done to text whose rule has no steps", () => {
    expect(toToken("My-Room", plainToken, "room")).toBe("My-Room");
  });

  it("two names may become one token, which can be seen before they are used", () => {
    expect(toToken("foo.bar", room, "room")).toBe(toToken("FooBar", room, "room"));
  });
});

describe("what cannot be a token is refused, never bent further", () => {
  it.each([
    ["", "nothing is left of it"],
    ["!!!", 'which becomes "", cannot be part of a subject: nothing is left of it'],
    ["...", "nothing is left of it"],
    ["tab\tx", "it contains a control character (U+0009)"],
    ["nl\nx", "it contains a control character (U+000A)"],
    ["nul\0x", "it contains a control character (U+0000)"],
    ["del\x7Fx", "it contains a control character (U+007F)"],
    ["c1\x85x", "it contains a control character (U+0085)"],
    ["nbsp\u00A0x", "it contains white space (U+00A0)"],
    ["em\u2003x", "it contains white space (U+2003)"],
    ["line\u2028x", "it contains white space (U+2028)"],
    ["wide\u3000x", "it contains white space (U+3000)"],
    ["half\uD83D", "it contains half a character (U+D83D)"],
  ])("%j: %s", (text, reason) => {
    expect(() => toToken(text, room, "room")).toThrow(expect.objectContaining({ code: "invalid_subject" }));
    expect(() => toToken(text, room, "room")).toThrow(reason);
  });

  it.each(["a b", "a.b", "a*", ">"])("%j, when the rule leaves it as it is", (text) => {
    expect(() => toToken(text, plainToken, "room")).toThrow("use a name without it");
  });

  it("what does not match the rule's pattern", () => {
    expect(() => toToken("caf\u00E9", exact, "room")).toThrow(
      "it does not match ^[A-Za-z0-9_-]+$; use a name that does",
    );
  });

  it("the message says what was given, what became of it and what to do", () => {
    expect(() => toToken("My\tRoom", room, "room")).toThrow(
      '[invalid_subject] room "My\\tRoom", which becomes "my\\troom", cannot be part of a subject: ' +
        "it contains a control character (U+0009); use a name without it",
    );
  });
});

describe("a template", () => {
  const subject = compileSubject("app.events.{room}.{topic}", tokens);

  it("knows its parameters", () => {
    expect(subject.parameters).toEqual(["room", "topic"]);
    expectTypeOf<SubjectParameters<"a.{room}.{topic:exact}">>().toEqualTypeOf<
      Readonly<Record<"room" | "topic", string>>
    >();
  });

  it("is filled with the tokens of its parameters", () => {
    expect(subject.build({ room: "My Room", topic: "Opened" })).toBe("app.events.my-room.Opened");
  });

  it("gives them back", () => {
    expect(subject.match("app.events.my-room.Opened")).toEqual({ room: "my-room", topic: "Opened" });
  });

  it("may name a token type for a parameter", () => {
    const bucket = compileSubject("app_{room:exact}_users", tokens);
    expect(bucket.build({ room: "Lounge" })).toBe("app_Lounge_users");
    expect(bucket.match("app_Lounge_users")).toEqual({ room: "Lounge" });
    expect(() => bucket.build({ room: "a.b" })).toThrow('room "a.b" cannot be part of a subject');
  });

  it("takes a parameter's text as it is when the token type is not in the table", () => {
    expect(compileSubject("a.{constructor}", {}).build({ constructor: "B" } as never)).toBe("a.B");
  });

  it.each([
    "app.events.room",
    "app.events.room.topic.more",
    "app.events..topic",
    "app.events.room.",
    "app.events.room.*",
    "app.events.room.>",
    "app.events.ro om.topic",
    "app.events.room.topic\n",
    "appxevents.room.topic",
    " app.events.room.topic",
    "x.app.events.room.topic",
    "",
  ])("does not match %j", (text) => {
    expect(subject.match(text)).toBeUndefined();
  });

  it("has a wildcard for each token that is not given", () => {
    expect(subject.wildcard({})).toBe("app.events.*.*");
    expect(subject.wildcard({ room: "Lounge" })).toBe("app.events.lounge.*");
    expect(compileSubject("app_{room:exact}_users.x", tokens).wildcard({})).toBe("*.x");
  });

  it("says which parameter lacks a text", () => {
    expect(() => subject.build({ rom: "a", topic: "b" } as never)).toThrow(
      '[invalid_subject] the subject "app.events.{room}.{topic}" needs a text for {room}, and was given one for "rom" or "topic"',
    );
  });

  it("refuses a subject that is longer than NATS takes", () => {
    const plain = compileSubject("a.{text}", {});
    expect(plain.build({ text: "x".repeat(3582) })).toHaveLength(3584);
    expect(() => plain.build({ text: "x".repeat(3583) })).toThrow("has 3585 bytes, and NATS takes 3584");
    expect(() => plain.build({ text: "\u00E9".repeat(1800) })).toThrow("has 3602 bytes");
  });

  it("keeps giving the right token after more texts than it remembers", () => {
    const plain = compileSubject("a.{text}", {});
    for (let index = 0; index < 2500; index++) expect(plain.build({ text: `t${index}` })).toBe(`a.t${index}`);
    expect(plain.build({ text: "t0" })).toBe("a.t0");
  });

  it.each([
    ["", "has an empty token"],
    ["a..b", "has an empty token"],
    ["a.{}", "has no parameter's name in {}"],
    ["a.{b c}", "has no parameter's name in {b c}"],
    ["a.{b:}", "has no parameter's name in {b:}"],
    ["a.{b", 'cannot contain "{b"'],
    ["a.b}", 'cannot contain "b}"'],
    ["a.*", 'cannot contain "*"'],
    ["a.b c", 'cannot contain "b c"'],
    ["a.{b}{c}", "has two parameters with nothing between them"],
    ["a.{b}.{b}", "has {b} twice"],
  ])("cannot be %j: it %s", (template, reason) => {
    expect(() => compileSubject(template, tokens)).toThrow(`the subject template "${template}" ${reason}`);
  });
});

describe("whatever the names", () => {
  const subject = compileSubject("app.{room}.{topic:exact}.on+{code}", tokens);
  const anyText = fc.string({ unit: "binary", maxLength: 120 });

  it("a subject that is built has only legal tokens, and gives them back", () => {
    fc.assert(
      fc.property(anyText, fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), anyText, (text, topic, code) => {
        let built: string;
        try {
          built = subject.build({ room: text, topic, code });
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_subject" });
          return;
        }
        expect(built.split(".")).toHaveLength(4);
        expect(built.split(".").every(isToken)).toBe(true);
        expect(subject.match(built)).toEqual({ room: toToken(text, room, "room"), topic, code });
      }),
      { numRuns: 2000 },
    );
  });

  it("an illegal character never passes", () => {
    const illegal = fc.constantFrom(
      ..."\0\t\n\r .*>\x7F\x85\u00A0\u1680\u2009\u2028\u2029\u202F\u205F\u3000",
      "\uD800",
    );
    fc.assert(
      fc.property(anyText, illegal, anyText, (before, character, after) => {
        expect(isToken(before + character + after)).toBe(false);
        expect(subject.match(`app.${before}${character}${after}.x.on+y`)).toBeUndefined();
      }),
    );
  });
});
