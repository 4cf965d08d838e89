/** From a suggestion in words to what one press writes. */
import type { Finding } from "../api/structure";
import { FORMULAS } from "./objects";
import { readAt } from "./pointer";
import { spanOf } from "./text";

/**
 * What a suggestion says to write: "did you mean `closing`?" means `closing`. Null when it is a
 * sentence that names nothing, or an example with gaps.
 */
export function replacementOf(suggestion: string | null | undefined): string | null {
  if (!suggestion) {
    return null;
  }
  const coded = suggestion.match(/(?:did you mean|write) `([^`]+)`/i)?.[1];
  const quoted = suggestion.match(/did you mean ("[^"]+")/i)?.[1];
  const found = coded ?? quoted ?? (/^[\w.%"-]+$/.test(suggestion) ? suggestion : undefined);
  return found === undefined || found.includes("…") || found.includes("...") ? null : found;
}

const unquoted = (text: string) => text.replace(/^"(.*)"$/, "$1");

/** The value that a finding's suggestion makes of the member it points at; null when it makes none. */
export function fixOf(deal: object, finding: Finding): string | null {
  const replacement = replacementOf(finding.suggestion);
  const value = readAt(deal, finding.path);
  if (replacement === null || typeof value !== "string") {
    return null;
  }
  const member = finding.path.split("/").findLast((part) => !/^\d+$/.test(part)) ?? "";
  if (!FORMULAS.has(member)) {
    return unquoted(replacement);
  }
  const named = [...finding.message.matchAll(/[`"]([^`"]+)[`"]/g)].map((match) => match[1] ?? "");
  const wrong = named.findLast(
    (name) => name !== unquoted(replacement) && value.split(name).length === 2,
  );
  return wrong === undefined ? null : value.replace(wrong, () => unquoted(replacement));
}

/** The text with the suggestion of a finding in its place; null when it names nothing to write. */
export function fixInText(text: string, finding: Finding): string | null {
  const replacement = replacementOf(finding.suggestion);
  if (replacement === null || !finding.line || !finding.column || !finding.length) {
    return null;
  }
  const { start, end } = spanOf(text, {
    line: finding.line,
    column: finding.column,
    length: finding.length,
  });
  const written = text.slice(start, end);
  const named = [...finding.message.matchAll(/[`"]([^`"]+)[`"]/g)].map((match) => match[1] ?? "");
  const wrong = named.findLast(
    (name) => name !== unquoted(replacement) && written.split(name).length === 2,
  );
  return wrong === undefined
    ? null
    : text.slice(0, start) + written.replace(wrong, () => unquoted(replacement)) + text.slice(end);
}
