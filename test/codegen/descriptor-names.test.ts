import { expect, test } from "vitest";

import type { Catalog, EventMessage, LifecycleMessage } from "../../codegen/model.js";
import { descriptorNames } from "../../codegen/typescript/descriptor-names.js";
import { catalogOf } from "../support/catalog.js";

const common = {
  description: "A message.",
  source: "made up",
  hash: "0",
  origin: { file: "x.json", pointer: "" },
  publisher: "anybody",
  listeners: "anybody",
  subjects: {},
  ownSubjects: {},
  examples: [],
};

function event(name: string, payload: string): EventMessage {
  return { ...common, kind: "event", ref: `sample/events/${name}`, name, envelope: "e", payload };
}

function lifecycle(name: string, payload: string): LifecycleMessage {
  return { ...common, kind: "lifecycle", ref: `sample/lifecycle/${name}`, name, payload };
}

function namesOf(messages: Catalog["messages"]): readonly string[] {
  return [...descriptorNames({ ...catalogOf([]), messages }).values()];
}

test("an event is called as on the wire, a lifecycle message like its type", () => {
  expect(namesOf([event("door-opened", "DoorOpenedEvent"), lifecycle("start", "StartMessage")]).toSorted()).toEqual([
    "doorOpened",
    "startMessage",
  ]);
});

test("an event whose name is a word of the language is called like its type", () => {
  expect(namesOf([event("delete", "DeleteEvent")])).toEqual(["deleteEvent"]);
});

test("an event that is called like the protocol is called like its type", () => {
  expect(namesOf([event("sample", "SampleEvent")])).toEqual(["sampleEvent"]);
});

test("events that differ in punctuation alone are called like their types", () => {
  expect(namesOf([event("a-b", "DashEvent"), event("a.b", "DotEvent")])).toEqual(["dashEvent", "dotEvent"]);
});

test("an event that is called like something else is called like its type", () => {
  const names = namesOf([event("start-message", "Started"), lifecycle("start", "StartMessage")]);
  expect(names.toSorted()).toEqual(["startMessage", "started"]);
});

test("an event that is called like another one's type is called like its own", () => {
  expect(namesOf([event("delete", "DeleteEvent"), event("delete-event", "Ended")])).toEqual(["deleteEvent", "ended"]);
});
