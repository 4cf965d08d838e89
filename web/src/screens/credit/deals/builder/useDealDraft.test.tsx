import { act, renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import type { DealView } from "../api/types";
import { DEAL } from "../model/fixture";
import { writeAt } from "../model/pointer";
import { useDealDraft } from "./useDealDraft";

const stored = (version = 1): DealView => ({
  id: "deal_1",
  name: "Auto",
  description: "",
  deal_type: "auto",
  is_public: false,
  permission: "owner",
  summary: {
    currency: "USD",
    bonds: 3,
    original_balance: 1_000,
    pools: 1,
    closing: "2026-02-15",
    maturity: null,
    errors: 0,
    warnings: 0,
  },
  version,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  owner_id: "user_1",
  change_description: "",
  structure: DEAL,
  text: 'deal "Auto"',
  findings: [],
  content_hash: "hash",
});
const other = writeAt(DEAL, "/bonds/0/original_balance", 900);

beforeEach(() => sessionStorage.clear());

describe("the draft of a deal", () => {
  test("an edit drops the text, undo and redo walk", () => {
    const { result } = renderHook(() => useDealDraft(stored()));
    expect(result.current.changed).toBe(false);
    act(() => result.current.edit(other));
    expect(result.current.draft).toMatchObject({ deal: other, text: null });
    expect(result.current.changed).toBe(true);
    act(() => result.current.undo());
    expect(result.current.draft).toMatchObject({ deal: DEAL, text: 'deal "Auto"' });
    expect(result.current.changed).toBe(false);
    act(() => result.current.redo());
    expect(result.current.draft.deal).toEqual(other);
    act(() => result.current.reset());
    expect(result.current.draft.deal).toEqual(DEAL);
    expect(result.current.canUndo).toBe(false);
  });

  test("a text that cannot be read keeps the last deal, until an object takes its place", () => {
    const { result } = renderHook(() => useDealDraft(stored()));
    act(() => result.current.type("bnd", null));
    act(() => result.current.mark(true));
    expect(result.current.draft).toMatchObject({ deal: DEAL, text: "bnd" });
    expect(result.current.broken).toBe(true);
    act(() => result.current.edit(other));
    expect(result.current.broken).toBe(false);
  });

  test("the draft outlives the page and knows when it is behind", () => {
    const first = renderHook(() => useDealDraft(stored()));
    act(() => first.result.current.edit(other));
    first.unmount();
    const { result } = renderHook(() => useDealDraft(stored(2)));
    expect(result.current.draft.deal).toEqual(other);
    expect(result.current.behind).toBe(true);
    act(() => result.current.rebase());
    expect(result.current.behind).toBe(false);
    expect(result.current.draft.version).toBe(2);
  });

  test("what is put back as it was is no change", () => {
    const { result } = renderHook(() => useDealDraft(stored()));
    act(() => result.current.type('deal "Auto" # x', null));
    expect(result.current.changed).toBe(true);
    act(() => result.current.type('deal "Auto"', DEAL));
    expect(result.current.changed).toBe(false);
  });
});
