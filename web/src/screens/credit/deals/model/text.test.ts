import { describe, expect, test } from "vitest";
import { fileName, readDealFile } from "../library/files";
import { cellFromText, cellToText } from "../results/cell";
import { changeWords, valueWords } from "./changes";
import { accept, complete, completeLine, fromServer, wordStart } from "./completion";
import { changedLines, diffLines, folded, ofServer } from "./diff";
import { DEAL } from "./fixture";
import { fixInText } from "./suggest";
import {
  applySuggestion,
  hasComments,
  indent,
  newLine,
  offsetOf,
  placeOfOffset,
  spanOf,
  tokensOf,
} from "./text";

const TEXT = 'deal "X"\ndates\n  closng 2026-02-15\nbond "A" 5';
const fault = {
  line: 3,
  column: 3,
  length: 6,
  code: "expected",
  message: "no",
  suggestion: "did you mean `closing`?",
};

describe("places in a text", () => {
  test("lines and columns count from 1 and stay inside", () => {
    expect(offsetOf(TEXT, 3, 3)).toBe(TEXT.indexOf("closng"));
    expect(offsetOf(TEXT, 1, 99)).toBe(8);
    expect(offsetOf(TEXT, 99, 1)).toBe(TEXT.length);
    expect(placeOfOffset(TEXT, TEXT.indexOf("closng"))).toEqual({ line: 3, column: 3 });
    expect(placeOfOffset(TEXT, 0)).toEqual({ line: 1, column: 1 });
  });

  test("a fault covers at least one character and never the next line", () => {
    const { start, end } = spanOf(TEXT, { line: 1, column: 6, length: 99 });
    expect(TEXT.slice(start, end)).toBe('"X"');
    expect(spanOf(TEXT, { line: 2, column: 1, length: 0 }).end).toBe(10);
  });

  test("one press takes the suggestion", () => {
    const fixed = applySuggestion(TEXT, fault);
    expect(fixed.text.split("\n")[2]).toBe("  closing 2026-02-15");
    expect(fixed.text.slice(fixed.caret, fixed.caret + 3)).toBe(" 20");
    expect(applySuggestion(TEXT, { ...fault, suggestion: "write one of a, b" }).text).toBe(TEXT);
  });

  test("a word takes the place of the word only, and what is missing is put in", () => {
    expect(
      applySuggestion("x balnce)", {
        ...fault,
        line: 1,
        column: 3,
        length: 7,
        suggestion: "did you mean `balance`?",
      }).text,
    ).toBe("x balance)");
    expect(
      applySuggestion("ab", { ...fault, line: 1, column: 2, length: 0, suggestion: "write `X`" })
        .text,
    ).toBe("aXb");
  });
});

describe("typing", () => {
  test("tab indents the selected lines, shift tab takes it back", () => {
    const once = indent("a\nb\n\nc", { start: 0, end: 6 }, false);
    expect(once.text).toBe("  a\n  b\n\n  c");
    expect(indent(once.text, { start: 2, end: once.text.length }, true).text).toBe("a\nb\n\nc");
    expect(indent("x\ny", { start: 2, end: 2 }, false).text).toBe("x\n  y");
  });

  test("a new line begins where the last one did", () => {
    expect(newLine("  ab", 4)).toEqual({ text: "  ab\n  ", caret: 7 });
    expect(newLine("ab", 1)).toEqual({ text: "a\nb", caret: 2 });
  });

  test("tokens together are the line", () => {
    const line = 'bond "A # 1" 800,000,000 at 4.25%, sequential # senior';
    const tokens = tokensOf(line);
    expect(tokens.map((token) => token.text).join("")).toBe(line);
    expect(tokens.find((token) => token.kind === "number")?.text).toBe("800,000,000");
    expect(tokens.filter((token) => token.kind === "text")).toHaveLength(1);
    expect(tokens.at(-1)).toEqual({ kind: "comment", text: "# senior" });
    expect(tokensOf("")).toEqual([]);
    expect(tokensOf("from 2026-03-15").at(-1)).toEqual({ kind: "number", text: "2026-03-15" });
  });

  test("a sign in quotes is no comment", () => {
    expect(hasComments('account "#1"')).toBe(false);
    expect(hasComments("a\n  # b")).toBe(true);
  });
});

describe("completion", () => {
  const texts = (formula: string) =>
    complete(formula, formula.length, DEAL).proposals.map((one) => one.text);

  test("fields follow the dot of their object", () => {
    expect(texts("pool.fac")).toEqual(["factor"]);
    expect(texts('bond("A").bal')).toContain("balance");
    expect(texts('account("reserve").')).toEqual(["balance", "target", "shortfall"]);
  });

  test("names and functions follow their beginning", () => {
    expect(texts("ma")).toContain("max(");
    expect(texts("1% * bon")[0]).toBe('bond("A")');
    expect(texts("pool.balance * o")).toContain("oc");
    expect(texts("1 + ")).toEqual([]);
    expect(texts("12")).toEqual([]);
  });

  test("the chosen text takes the place of what was typed", () => {
    const formula = "max(1% * pool.ba, 5)";
    const caret = formula.indexOf(",");
    const open = complete(formula, caret, DEAL);
    const chosen = open.proposals.find((one) => one.text === "balance");
    expect(chosen && accept(formula, caret, open, chosen)).toEqual({
      text: "max(1% * pool.balance, 5)",
      caret: 21,
    });
  });

  test("a line of the text begins with a statement, a step, or names in quotes", () => {
    expect(completeLine("wat", 3, DEAL).proposals[0]?.text).toBe("waterfall ");
    expect(completeLine("  pay i", 7, DEAL).proposals.map((one) => one.text)).toEqual([
      "pay interest to ",
    ]);
    expect(completeLine("  fi", 4, DEAL).proposals[0]?.text).toBe("fill ");
    const text = '  pay interest to "A" from "coll';
    expect(completeLine(text, text.length, DEAL).proposals[0]?.text).toBe("collections");
  });
});

describe("answers of the server about a text", () => {
  test("a word begins after what is no letter, inside quotes with the quote", () => {
    expect(wordStart("  pay int", 9)).toBe(6);
    expect(wordStart('  pay to "A", "b c', 18)).toBe(14);
    expect(wordStart("a\n", 2)).toBe(2);
    const found = [{ label: "B", insert: '"B"', detail: "bond" }];
    const open = fromServer('pay to "', 8, found);
    expect(open).toEqual({ from: 7, proposals: [{ text: '"B"', hint: "bond", label: "B" }] });
    const chosen = open.proposals[0];
    expect(chosen && accept('pay to "', 8, open, chosen).text).toBe('pay to "B"');
  });

  test("a finding is repaired at its place", () => {
    const text = 'a\n  fill "reserv" from "reserv x"';
    const finding = {
      severity: "error" as const,
      code: "unknown_reference",
      path: "/waterfalls/0/steps/0/action/account",
      message: 'there is no account "reserv"',
      suggestion: 'did you mean "reserve"?',
      line: 2,
      column: 8,
      length: 8,
    };
    expect(fixInText(text, finding)).toBe('a\n  fill "reserve" from "reserv x"');
    expect(fixInText(text, { ...finding, line: null })).toBeNull();
    expect(fixInText(text, { ...finding, suggestion: null })).toBeNull();
  });
});

describe("differences", () => {
  test("lines are removed and added around what stays", () => {
    const lines = diffLines("a\nb\nc\nd", "a\nc\nx\nd");
    expect(lines.map((line) => `${line.kind[0]}${line.text}`)).toEqual([
      "sa",
      "rb",
      "sc",
      "ax",
      "sd",
    ]);
    expect(lines[3]).toEqual({ kind: "added", text: "x", left: null, right: 3 });
    expect(changedLines(lines)).toEqual({ added: 1, removed: 1 });
    expect(changedLines(diffLines("a", "a"))).toEqual({ added: 0, removed: 0 });
  });

  test("both texts can be read from the lines", () => {
    const [before, after] = ["x\ny\nz\n", "y\nq\nz\nw\n"];
    const lines = diffLines(before, after);
    const side = (kind: string) =>
      lines
        .filter((line) => line.kind === "same" || line.kind === kind)
        .map((line) => line.text)
        .join("\n");
    expect(side("removed")).toBe(before);
    expect(side("added")).toBe(after);
  });

  test("long unchanged stretches are folded", () => {
    const before = Array.from({ length: 30 }, (_, at) => `line ${at}`).join("\n");
    const rows = folded(diffLines(before, before.replace("line 15", "changed")), 2);
    expect(rows[0]).toEqual({ kind: "gap", count: 13, from: 0 });
    expect(rows.at(-1)).toEqual({ kind: "gap", count: 12, from: 19 });
    expect(rows).toHaveLength(8);
  });

  test("the server's lines keep their numbers", () => {
    expect(ofServer([{ side: "added", after: 4, text: "x" }])).toEqual([
      { kind: "added", text: "x", left: null, right: 4 },
    ]);
  });

  test("values are told in words", () => {
    expect(changeWords({ before: 800000000, after: 0.0425 })).toEqual({
      kind: "changed",
      before: "800,000,000",
      after: "0.0425",
    });
    expect(changeWords({ after: "x" }).kind).toBe("added");
    expect(changeWords({ before: "x" }).kind).toBe("removed");
    expect(valueWords(DEAL.waterfalls[0]?.steps[1])).toBe("Pay fees trustee from collections");
    expect(valueWords(["A", "B"])).toBe("A, B");
    expect(valueWords({ a: 1 })).toBe('{"a":1}');
  });
});

describe("files and addresses", () => {
  test("an export, a bare structure and a text can be imported", () => {
    const file = readDealFile('{"format":"quintet-deal/1","name":"X","structure":{}}', "a.json");
    expect(file).toEqual({
      name: "X",
      body: { format: "quintet-deal/1", name: "X", structure: {} },
    });
    expect(readDealFile(JSON.stringify(DEAL), "a.json").body).toEqual({ structure: DEAL });
    expect(readDealFile('# x\ndeal "Y" in USD', "a.deal")).toEqual({
      name: "Y",
      body: { text: '# x\ndeal "Y" in USD' },
    });
    expect(readDealFile("account x", "my.deal").name).toBe("my");
    expect(() => readDealFile("{", "a.json")).toThrow();
    expect(fileName("Auto 2026-1")).toBe("deal-auto-2026-1.json");
  });

  test("a payment stands in the address", () => {
    const cell = { bond: "A@1", date: "2026-05-15" };
    expect(cellFromText(cellToText(cell))).toEqual(cell);
    expect(cellFromText("A")).toBeNull();
    expect(cellFromText("@2026-05-15")).toBeNull();
    expect(cellFromText(undefined)).toBeNull();
  });
});
