import { describe, expect, it } from "vitest";
import { pythonFieldNames, pythonNames } from "../../codegen/catalog/naming.js";

/** The names in Python, in the order of the fields. */
function namesOf(...fields: readonly string[]): readonly (string | undefined)[] {
  const names = pythonFieldNames(fields);
  return fields.map((field) => names.get(field));
}

describe("the names of fields in Python", () => {
  it("are those on the wire, in small letters with underscores", () => {
    expect(namesOf("userName", "URLList", "add-class", "ok")).toEqual(["user_name", "url_list", "add_class", "ok"]);
  });

  it("leave alone what Python, Pydantic and annotations need", () => {
    expect(namesOf("class", "copy", "model_dump", "list", "wire", "rest")).toEqual([
      "class_",
      "copy_",
      "model_dump_",
      "list_",
      "wire_",
      "rest_",
    ]);
  });

  it("are found for what has none", () => {
    expect(namesOf("2nd", "", "\u{1f600}", "__proto__")).toEqual(["field_2nd", "field", "field_", "proto"]);
  });

  it("differ, and the field that has the name already keeps it", () => {
    expect(namesOf("userName", "user-name", "user_name")).toEqual(["user_name_", "user_name_2", "user_name"]);
  });
});

describe("the names of packages", () => {
  it("are made from those of protocols", () => {
    expect(pythonNames.package("harbourMaster")).toBe("harbour_master_protocol");
    expect(pythonNames.project(["harbourMaster", "chat"])).toBe("harbour-master-chat-protocol");
  });
});
