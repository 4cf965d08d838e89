import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Runtime } from "../api/types";
import { runtimeOf } from "../model/fixture";
import { PanicDialog } from "./PanicDialog";

const sent: { path: string; body: unknown }[] = [];

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal("fetch", async (request: Request) => {
    const text = await request.text();
    sent.push({ path: new URL(request.url).pathname, body: text === "" ? null : JSON.parse(text) });
    return new Response(
      JSON.stringify({
        status: "panic",
        message: "closing",
        operation_id: "op_1",
        state: "succeeded",
      }),
      { status: 200, headers: { "content-type": "application/json" } },
    );
  });
});
afterEach(() => vi.unstubAllGlobals());

const show = (runtime: Runtime) =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <PanicDialog runtime={runtime} />
    </QueryClientProvider>,
  );
const controls = () => sent.filter((one) => one.path === "/api/trading/control");

describe("the panic dialog", () => {
  it("says what is bought back and what is expected", () => {
    show(runtimeOf());
    expect(screen.getByText("Buy back call 126,000")).toBeTruthy();
    expect(screen.getByText("10 at about 211.0")).toBeTruthy();
    expect(screen.getByText("about +$1.32")).toBeTruthy();
  });

  it("closes everything with one press on paper", async () => {
    show(runtimeOf());
    await userEvent.click(screen.getByRole("button", { name: "Close everything" }));
    expect(controls()).toEqual([{ path: "/api/trading/control", body: { action: "panic" } }]);
  });

  it("wants the account's label typed where real money is at stake and nobody can hold", async () => {
    show(runtimeOf({ environment: "prod", account: "desk-main" }));
    const act = screen.getByRole("button", { name: "Close everything" });
    await userEvent.click(act);
    expect(controls()).toEqual([]);
    await userEvent.type(screen.getByLabelText("Or type desk-main to confirm"), "desk-main");
    await userEvent.click(act);
    expect(controls()).toHaveLength(1);
  });

  it("does nothing when it is held too short", () => {
    show(runtimeOf({ environment: "prod", account: "desk-main" }));
    const hold = screen.getByRole("button", { name: "Hold to close" });
    fireEvent.pointerDown(hold);
    fireEvent.pointerUp(hold);
    expect(controls()).toEqual([]);
  });

  it("works without a snapshot", async () => {
    render(
      <QueryClientProvider client={new QueryClient()}>
        <PanicDialog runtime={undefined} />
      </QueryClientProvider>,
    );
    expect(screen.getByText(/positions are not known now/)).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Close everything" }));
    expect(controls()).toHaveLength(1);
  });
});
