/** What the check of a shape depends on. */
import { isSparse } from "../../runtime/value/expectation.js";
import type { ObjectShape, Shape } from "../../runtime/value/shape.js";

/** Whether a shape accepts all texts, and nothing else. */
export function isAnyText(shape: Shape): boolean {
  if (shape.kind !== "string") return false;
  const { minLength = 0, maxLength, pattern, format } = shape;
  return minLength === 0 && [maxLength, pattern, format].every((limit) => limit === undefined);
}

/** Whether the check of a shape looks at `fields`, or passes it on. */
export function mentionsFields(shape: Shape): boolean {
  switch (shape.kind) {
    case "reference":
      return true;
    case "array":
      return shape.items.kind !== "any" && !isAnyText(shape.items);
    case "union":
      return shape.members.some(mentionsFields);
    case "object":
      return isSparse(shape) || contentMentionsFields(shape);
    default:
      return false;
  }
}

/** Whether the check of what is in an object does. */
export function contentMentionsFields({ properties, rest }: ObjectShape): boolean {
  const ofRest = rest.kind === "unknown" || (rest.kind === "values" && rest.shape.kind !== "any");
  return ofRest || properties.some((property) => mentionsFields(property.shape));
}
