/** Rules on what the settings of a configuration set. */

import type { SettingOption } from "../../../runtime/protocol/config-descriptor.js";
import { hasType } from "../../../runtime/value/expectation.js";
import type { Shape } from "../../../runtime/value/shape.js";
import { violations } from "../../../runtime/value/violation.js";
import { settingsIn } from "../../catalog/settings.js";
import { suggestion } from "../../findings/diagnostic.js";
import { join } from "../../json/pointer.js";
import { documentsOf } from "../../load/documents.js";
import type { Source } from "../../model.js";
import type { Protocol, Rule } from "./rule.js";

/** unknown_setting */
export const unknownSetting: Rule = {
  code: "unknown_setting",
  *check(protocol) {
    for (const { source, settings, options } of configurations(protocol)) {
      for (const setting of Object.keys(options)) {
        if (settings.has(setting)) continue;
        const message = `there is no setting ${setting}`;
        const hint = suggestion(setting, [...settings.keys()]) ?? "name a property of `value`, by its JSON pointer";
        yield { source, pointer: join("/options", setting), message, hint };
      }
    }
  },
};

/** misfit_option */
export const misfitOption: Rule = {
  code: "misfit_option",
  *check(protocol) {
    for (const { source, settings, options } of configurations(protocol)) {
      for (const [setting, { factor, values = {} }] of Object.entries(options)) {
        const shape = settings.get(setting);
        const pointer = join("/options", setting);
        if (shape === undefined) continue;
        if (factor !== undefined && !hasType(shape, 1)) {
          yield {
            source,
            pointer: join(pointer, "factor"),
            message: `${setting} is no number, so nothing multiplies it`,
          };
        }
        for (const value of Object.keys(values).filter(
          (text) => !accepts(shape, text) && !accepts(shape, read(text)),
        )) {
          yield { source, pointer: join(pointer, "values", value), message: `${setting} is never ${value}` };
        }
      }
    }
  },
};

interface Configuration {
  readonly source: Source;
  readonly settings: ReadonlyMap<string, Shape>;
  readonly options: Readonly<Record<string, SettingOption>>;
}

function configurations({ sources, shapes }: Protocol): readonly Configuration[] {
  return documentsOf(sources, "config").map(({ source, document: { value, options = {} } }) => {
    const settings = settingsIn(shapes.read(value, source)).map(({ pointer, shape }) => [pointer, shape] as const);
    return { source, settings: new Map(settings), options };
  });
}

function accepts(shape: Shape, value: unknown): boolean {
  return violations(shape, value, "refuse").length === 0;
}

/** What a key stands for, when it stands for no text. */
function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
