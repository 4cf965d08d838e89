import { act, render, screen } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { installSession, noteSession } from "@/session/session";
import SessionWatch from "./SessionWatch";

const session = (expires_in: number) =>
  ({ expires_in, csrf_token: "", must_change_password: false }) as Parameters<
    typeof noteSession
  >[0];
const renewals = vi.fn();

beforeEach(() => {
  renewals.mockClear();
  installSession();
  vi.useFakeTimers({ now: 1_000_000 });
  vi.stubGlobal("fetch", async () => {
    renewals();
    return new Response(JSON.stringify({ expires_in: 900 }), { status: 200 });
  });
  return () => vi.useRealTimers();
});

const pass = (seconds: number) => act(() => vi.advanceTimersByTimeAsync(seconds * 1_000));

it("warns an idle person two minutes before the end and can stay", async () => {
  render(<SessionWatch />);
  act(() => noteSession(session(300)));
  await pass(170);
  expect(screen.queryByRole("dialog")).toBeNull();
  await pass(15);
  expect(screen.getByRole("timer").textContent).toBe("00:01:55");
  expect(renewals).not.toHaveBeenCalled();
});

it("renews quietly for someone who is working", async () => {
  render(<SessionWatch />);
  act(() => noteSession(session(300)));
  await pass(170);
  dispatchEvent(new Event("pointerdown"));
  await pass(15);
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(renewals).toHaveBeenCalledOnce();
});
