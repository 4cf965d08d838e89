/** Places in a text, and what one press does to it. */
import type { Fault } from "../api/structure";
import { replacementOf } from "./suggest";

export interface Span {
  start: number;
  end: number;
}

/** The offset of a line and column, both from 1; beyond the line it is the end of the line. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const next = text.indexOf("\n", start);
    if (next < 0) {
      return text.length;
    }
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  return Math.min(start + Math.max(0, column - 1), end < 0 ? text.length : end);
}

export function placeOfOffset(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}

/** What a fault covers; at least one character where there is one. */
export function spanOf(text: string, fault: Pick<Fault, "line" | "column" | "length">): Span {
  const start = offsetOf(text, fault.line, fault.column);
  const lineEnd = text.indexOf("\n", start);
  const most = lineEnd < 0 ? text.length : lineEnd;
  return { start, end: Math.min(most, start + Math.max(1, fault.length)) };
}

/** The text with what is suggested in the place of the fault, and where the caret goes. */
export function applySuggestion(text: string, fault: Fault): { text: string; caret: number } {
  const replacement = replacementOf(fault.suggestion);
  const start = offsetOf(text, fault.line, fault.column);
  if (replacement === null) {
    return { text, caret: start };
  }
  let end = fault.length > 0 ? spanOf(text, fault).end : start;
  // A word takes the place of a word, not of the sign behind it.
  const word = text.slice(start, end).match(/^\w+/)?.[0];
  if (word !== undefined && /^\w+$/.test(replacement)) {
    end = start + word.length;
  }
  return {
    text: text.slice(0, start) + replacement + text.slice(end),
    caret: start + replacement.length,
  };
}

export type TokenKind = "comment" | "text" | "number" | "word" | "rest";

export interface Token {
  kind: TokenKind;
  text: string;
}

const TOKEN =
  /(#[^\n]*)|("(?:[^"\n])*"?)|(\b\d{4}-\d{2}-\d{2}\b|\b\d+(?:,\d{3})*(?:\.\d+)?%?)|(\b[A-Za-z_][\w-]*)/g;

const KEYWORDS = new Set(
  "deal in dates cutoff closing first payment maturity pool account ledger fee bond let trigger test call waterfall starts at target cap earns each a year of floor sequential equity deferrable when then status after from into collect release pay fees interest principal fill the rest to support limit keep above below if else otherwise and or not end never cures write down up book debit credit cure buy sell fund draw inspect set until revolving amortizing early amortization accelerated defaulted called monthly quarterly semi annual following least pro rata sequentially scheduled".split(
    " ",
  ),
);

/** A line in parts, for colours; all parts together are the line. */
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  const push = (kind: TokenKind, text: string) => {
    const last = tokens.at(-1);
    if (text === "") {
      return;
    }
    if (last !== undefined && last.kind === kind && kind === "rest") {
      last.text += text;
    } else {
      tokens.push({ kind, text });
    }
  };
  let end = 0;
  for (const match of line.matchAll(TOKEN)) {
    push("rest", line.slice(end, match.index));
    const [whole, comment, quoted, number, word] = match;
    const kind: TokenKind =
      comment !== undefined
        ? "comment"
        : quoted !== undefined
          ? "text"
          : number !== undefined
            ? "number"
            : KEYWORDS.has(word ?? "")
              ? "word"
              : "rest";
    push(kind, whole);
    end = match.index + whole.length;
  }
  push("rest", line.slice(end));
  return tokens;
}

/** Tab moves the selected lines two spaces right, Shift Tab back. */
export function indent(
  text: string,
  selection: Span,
  back: boolean,
): { text: string; start: number; end: number } {
  const from = text.lastIndexOf("\n", selection.start - 1) + 1;
  const lines = text.slice(from, selection.end).split("\n");
  const next = lines.map((line) =>
    back ? line.replace(/^ {1,2}/, "") : line === "" && lines.length > 1 ? line : `  ${line}`,
  );
  const first = (next[0]?.length ?? 0) - (lines[0]?.length ?? 0);
  const whole = next.join("\n");
  return {
    text: text.slice(0, from) + whole + text.slice(selection.end),
    start: Math.max(from, selection.start + first),
    end: from + whole.length,
  };
}

/** A new line begins where the last one did. */
export function newLine(text: string, caret: number): { text: string; caret: number } {
  const from = text.lastIndexOf("\n", caret - 1) + 1;
  const lead = text.slice(from, caret).match(/^ */)?.[0] ?? "";
  return {
    text: `${text.slice(0, caret)}\n${lead}${text.slice(caret)}`,
    caret: caret + 1 + lead.length,
  };
}

export const hasComments = (text: string): boolean =>
  text.split("\n").some((line) => tokensOf(line).some((token) => token.kind === "comment"));
