/** A change between two structures in words. */
import type { Step } from "../api/structure";
import type { Change } from "../api/types";
import { stepWords } from "./steps";

export interface ChangeWords {
  kind: "added" | "removed" | "changed";
  before: string | null;
  after: string | null;
}

export function changeWords(change: Pick<Change, "before" | "after">): ChangeWords {
  const before = change.before === undefined ? null : valueWords(change.before);
  const after = change.after === undefined ? null : valueWords(change.after);
  return {
    kind: before === null ? "added" : after === null ? "removed" : "changed",
    before,
    after,
  };
}

const isStep = (value: object): value is Step =>
  "action" in value && typeof value.action === "object" && value.action !== null;

/** Numbers with groups, steps and named objects in their words, the rest as JSON. */
export function valueWords(value: unknown): string {
  if (typeof value === "number") {
    return new Intl.NumberFormat("en", { maximumFractionDigits: 10 }).format(value);
  }
  if (typeof value === "string") {
    return value;
  }
  if (typeof value === "object" && value !== null) {
    if (isStep(value)) {
      return stepWords(value);
    }
    if (Array.isArray(value) && value.every((one) => typeof one !== "object")) {
      return value.join(", ");
    }
  }
  return JSON.stringify(value);
}
