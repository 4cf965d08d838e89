/** Templates as new deals. */
import type { DealType } from "../api/types";

const TYPES: readonly (readonly [RegExp, DealType])[] = [
  [/rmbs|cmo/, "rmbs"],
  [/cmbs/, "cmbs"],
  [/auto/, "auto"],
  [/card/, "card"],
  [/clo/, "clo"],
];

/** The type that the name of a template says. */
export const typeOfTemplate = (name: string): DealType =>
  TYPES.find(([pattern]) => pattern.test(name))?.[1] ?? "abs";

/** The text with another name of the deal. */
export function withTitle(text: string, name: string): string {
  const quoted = `"${name.replace(/[\\"]/g, (sign) => `\\${sign}`)}"`;
  return text.replace(/^(deal\s+)("(?:[^"\\]|\\.)*"|\S+)/m, (_, head: string) => head + quoted);
}
