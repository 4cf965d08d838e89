import { fireEvent, render, screen } from "@testing-library/react";
import { createRef } from "react";
import { expect, test, vi } from "vitest";
import { DEAL } from "../model/fixture";
import { Editor, type EditorHandle } from "./Editor";

const fault = {
  line: 2,
  column: 3,
  length: 6,
  code: "expected",
  message: "a date of the deal is needed instead of `closng`",
  suggestion: "did you mean `closing`?",
};

function show(text = "dates\n  closng 2026-02-15") {
  const onChange = vi.fn();
  const onFix = vi.fn();
  const { container } = render(
    <Editor
      ref={createRef<EditorHandle>()}
      label="Text"
      text={text}
      faults={[fault]}
      deal={DEAL}
      locked={false}
      onChange={onChange}
      onFix={onFix}
    />,
  );
  const area = screen.getByRole("textbox", { name: "Text" }) as HTMLTextAreaElement;
  const place = (at: number) => {
    area.setSelectionRange(at, at);
    fireEvent.select(area);
  };
  return { area, place, onChange, onFix, container };
}

test("the coloured copy says exactly what the text says", () => {
  const { container, area } = show();
  expect(container.querySelector("pre")?.textContent).toBe(area.value.replaceAll("\n", ""));
});

test("alt enter takes the suggestion of the fault in the line of the caret", () => {
  const { area, place, onFix } = show();
  place(0);
  fireEvent.keyDown(area, { key: "Enter", altKey: true });
  expect(onFix).not.toHaveBeenCalled();
  place(10);
  expect(screen.getByText("closing")).toBeDefined();
  fireEvent.keyDown(area, { key: "Enter", altKey: true });
  expect(onFix).toHaveBeenCalledWith(fault);
});

test("tab indents, and after escape it leaves the text", () => {
  const { area, place, onChange } = show("dates\nx");
  place(6);
  expect(fireEvent.keyDown(area, { key: "Tab" })).toBe(false);
  expect(onChange).toHaveBeenCalledWith("dates\n  x");
  fireEvent.keyDown(area, { key: "Escape" });
  expect(fireEvent.keyDown(area, { key: "Tab" })).toBe(true);
});

test("enter keeps the indentation", () => {
  const { area, place, onChange } = show("dates\n  x");
  place(9);
  fireEvent.keyDown(area, { key: "Enter" });
  expect(onChange).toHaveBeenCalledWith("dates\n  x\n  ");
});
