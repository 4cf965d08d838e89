import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { NumberField } from "./NumberField";

function Rate() {
  const [value, setValue] = useState<number | null>(5);
  return <NumberField label="Rate" value={value} onChange={setValue} min={0} max={10} />;
}

const field = () => screen.getByLabelText<HTMLInputElement>("Rate");

describe("a number field", () => {
  it("keeps a wrong text beside its complaint when it is left", () => {
    render(<Rate />);
    fireEvent.focus(field());
    fireEvent.change(field(), { target: { value: "99" } });
    fireEvent.blur(field());
    expect(field().value).toBe("99");
    expect(screen.getByText("Must be at most 10.00")).toBeTruthy();
  });

  it("shows a figure in its own form when it is left", () => {
    render(<Rate />);
    fireEvent.focus(field());
    fireEvent.change(field(), { target: { value: "7,5" } });
    fireEvent.blur(field());
    expect(field().value).toBe("7.50");
  });

  it("lets shortcuts through and keeps the arrows for itself", () => {
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    render(<Rate />);
    fireEvent.keyDown(field(), { key: "Enter", ctrlKey: true });
    expect(heard).toHaveBeenCalledTimes(1);
    fireEvent.keyDown(field(), { key: "ArrowUp" });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(field().value).toBe("6.00");
    document.removeEventListener("keydown", heard);
  });
});
