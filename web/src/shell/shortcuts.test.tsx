import { render } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { setPref } from "./prefs";
import { handleKey, installShortcuts, keyName, shownKeys, useShortcuts } from "./shortcuts";

const press = (key: string, init: KeyboardEventInit = {}, target: EventTarget = document.body) => {
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }),
  );
};

function Screen({ run }: { run: (name: string) => void }) {
  useShortcuts([
    { keys: "g j", text: "Jobs", run: () => run("jobs") },
    { keys: "r", text: "Refresh", run: () => run("refresh") },
    { keys: "Shift+P", text: "Panic", run: () => run("panic") },
    { keys: "Mod+k", text: "Palette", run: () => run("palette") },
  ]);
  return <input aria-label="field" />;
}

describe("shortcuts", () => {
  const run = vi.fn();
  beforeEach(() => {
    run.mockClear();
    setPref("singleKeys", "on");
    return installShortcuts();
  });

  it("runs sequences, letters and modified keys", () => {
    render(<Screen run={run} />);
    press("g");
    press("j");
    press("r");
    press("P", { shiftKey: true });
    press("k", { ctrlKey: true });
    expect(run.mock.calls.flat()).toEqual(["jobs", "refresh", "panic", "palette"]);
  });

  it("leaves letters alone inside fields but keeps modified keys", () => {
    const { getByLabelText } = render(<Screen run={run} />);
    const field = getByLabelText("field");
    press("r", {}, field);
    press("k", { metaKey: true }, field);
    expect(run.mock.calls.flat()).toEqual(["palette"]);
  });

  it("forgets the first key of a sequence after a pause", () => {
    render(<Screen run={run} />);
    const at = (key: string, now: number) => handleKey(new KeyboardEvent("keydown", { key }), now);
    expect(at("g", 0)).toBeNull();
    expect(at("j", 5_000)).toBeNull();
    expect(at("g", 6_000)).toBeNull();
    expect(at("j", 6_500)?.text).toBe("Jobs");
  });

  it("switches single letters off per person", () => {
    setPref("singleKeys", "off");
    render(<Screen run={run} />);
    press("r");
    press("k", { ctrlKey: true });
    expect(run.mock.calls.flat()).toEqual(["palette"]);
  });

  it("ends with the screen that registered it", () => {
    const { unmount } = render(<Screen run={run} />);
    unmount();
    press("r");
    expect(run).not.toHaveBeenCalled();
  });

  it("writes keys as people read them", () => {
    expect(keyName(new KeyboardEvent("keydown", { key: "?", shiftKey: true }))).toBe("?");
    expect(shownKeys("g j")).toBe("g then j");
    expect(shownKeys("Mod+k")).toMatch(/^(Ctrl|\u2318) K$/);
  });
});
