/** What takes values of keys. */
import { expect, vi } from "vitest";
import { patience, type Target } from "./target.js";
import { typed, type World } from "./world.js";

/** Keys that are read and watched. */
export async function state({ bus, asking, listening }: World): Promise<readonly Target[]> {
  const { latest, note } = asking.channel("Oslo").state;
  await note.put("x");
  await latest.put({ celsius: 0 });
  let [watched, count] = [0, 0];
  await listening.channel("Oslo").state.latest.watch(({ value }) => {
    watched = value?.celsius ?? watched;
  });
  return [
    {
      name: "state: values that are watched and read",
      good: [{ celsius: 1, sensor: "roof" }],
      attack: async (garbage) => {
        await bus.write("weather_Oslo", "latest", garbage);
        await typed(latest());
      },
      lives: async () => {
        count += 1;
        await latest.put({ celsius: count });
        await vi.waitFor(() => expect(watched).toBe(count), patience);
        expect((await latest())?.value.celsius).toBe(count);
      },
    },
    {
      name: "state: texts",
      good: ["a note"],
      attack: async (garbage) => {
        await bus.write("weather_Oslo", "note", garbage);
        await typed(note());
      },
      lives: async () => {
        await note.put("good");
        expect((await note())?.value).toBe("good");
      },
    },
  ];
}
