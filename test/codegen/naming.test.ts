import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  camelCase,
  constantFault,
  entryNameFault,
  fileNameFault,
  methodFault,
  pascalCase,
  pythonName,
  snakeCase,
  typeNameFault,
  typeNames,
  wireNameFault,
} from "../../codegen/catalog/naming.js";

describe("a name in each language's case", () => {
  it.each([
    // text            type             method           Python
    ["doorOpened", "DoorOpened", "doorOpened", "door_opened"],
    ["door-opened", "DoorOpened", "doorOpened", "door_opened"],
    ["door.opened", "DoorOpened", "doorOpened", "door_opened"],
    ["door_opened", "DoorOpened", "doorOpened", "door_opened"],
    ["DOOR", "DOOR", "door", "door"],
    ["openURL", "OpenURL", "openURL", "open_url"],
    ["URLList", "URLList", "urlList", "url_list"],
    ["lane2Closed", "Lane2Closed", "lane2Closed", "lane2_closed"],
    ["2nd", "2nd", "2nd", undefined],
    ["class", "Class", "class", "class_"],
    ["lambda", "Lambda", "lambda", "lambda_"],
    ["None", "None", "none", "none"],
    ["constructor", "Constructor", "constructor", "constructor"],
    ["__proto__", "Proto", "proto", "proto"],
    ["prototype", "Prototype", "prototype", "prototype"],
    ["--", "", "", undefined],
    ["", "", "", undefined],
    ["\u{1F697}", "", "", undefined],
    ["\u00e9t\u00e9", "T", "t", "t"],
  ])("%j is %j, %j and %j", (text, type, method, python) => {
    expect([pascalCase(text), camelCase(text), pythonName(text)]).toEqual([type, method, python]);
  });

  it("is made of ASCII letters and digits whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(pascalCase(text)).toMatch(/^[A-Za-z0-9]*$/u);
        expect(camelCase(text)).toMatch(/^[A-Za-z0-9]*$/u);
        expect(snakeCase(text)).toMatch(/^[a-z0-9_]*$/u);
      }),
    );
  });

  it("does not change when it is made again", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(pascalCase(pascalCase(text))).toBe(pascalCase(text));
        expect(snakeCase(snakeCase(text))).toBe(snakeCase(text));
      }),
    );
  });
});

it("a type is called after what it is the type of", () => {
  expect([
    typeNames.event("doorOpened"),
    typeNames.lifecycle("awake"),
    typeNames.command("desk", "books.find"),
    typeNames.key("stock", "newest"),
    typeNames.config("client"),
    typeNames.definition("Book"),
  ]).toEqual(["DoorOpenedEvent", "AwakeMessage", "DeskBooksFind", "StockNewestState", "ClientConfig", "Book"]);
});

describe("a name that cannot be used", () => {
  it.each([
    "",
    "book",
    "2ndEvent",
    "Book_",
    "Bo ok",
    "B\u00fcch",
    "\u{1F697}",
    "String",
    "Object",
    "None",
    "BaseModel",
    "Record",
  ])("for a type: %j", (name) => expect(typeNameFault(name)).toBeDefined());

  it.each(["", "Find", "2nd", "find_it", "constructor", "then", "toString", "hasOwnProperty", "valueOf"])(
    "for a method: %j",
    (name) => expect(methodFault(name)).toBeDefined(),
  );

  it.each([
    "",
    ".hidden",
    "a b",
    "a/b",
    "..",
    "b\u00fcch",
    "\u{1F697}",
    "end.",
    "con",
    "NUL",
    "com1",
    "aux.books",
    "a:b",
  ])("for a file: %j", (name) => expect(fileNameFault(name)).toBeDefined());

  it.each(["", "2nd", "a b", "__proto__", "a.b"])("for an entry of protocol.json: %j", (name) =>
    expect(entryNameFault(name)).toBeDefined(),
  );

  it.each(["__proto__", "bell\u0007", "new\nline"])("on the wire: %j", (name) =>
    expect(wireNameFault(name)).toBeDefined(),
  );

  it.each(["new", "delete", "default", "await"])("for a constant: %j", (name) =>
    expect(constantFault(name)).toBeDefined(),
  );
});

describe("a name that can be used though it looks strange", () => {
  it.each(["Class", "Proto", "Prototype", "X", "A1"])("for a type: %j", (name) =>
    expect(typeNameFault(name)).toBeUndefined(),
  );

  it.each(["delete", "import", "class", "prototype", "x1"])("for a method, which is a member: %j", (name) =>
    expect(methodFault(name)).toBeUndefined(),
  );

  it.each(["__proto__", "constructor", "books.find", "a-b_c", "2nd", "console"])("for a file: %j", (name) =>
    expect(fileNameFault(name)).toBeUndefined(),
  );

  it.each(["\u{1F697}", "constructor", "a b", "*/"])("on the wire: %j", (name) =>
    expect(wireNameFault(name)).toBeUndefined(),
  );
});
