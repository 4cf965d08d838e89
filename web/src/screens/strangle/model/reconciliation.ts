/** What a comparison of the ledger with the exchange found, in one form. */
import type { ChipTone } from "@/ui/Marks";
import type { SessionEvent } from "../api/records";
import type { Difference, ReconciliationReport } from "../api/riskTypes";
import { sentence } from "./words";

export interface FoundDifference {
  symbol: string;
  ledger: number | null;
  exchange: number | null;
  meaning: string;
  done: string;
  foreign: boolean;
}

const RESULTS: Record<string, { word: string; tone: ChipTone }> = {
  clean: { word: "Agreed", tone: "ok" },
  agreed: { word: "Agreed", tone: "ok" },
  settled: { word: "Settled", tone: "notice" },
  repaired: { word: "Repaired", tone: "notice" },
  foreign: { word: "Foreign positions", tone: "warn" },
  differs: { word: "Differs", tone: "bad" },
  unresolved: { word: "Unresolved", tone: "bad" },
};

const TRIGGERS: Record<string, string> = {
  startup: "at the start",
  start: "at the start",
  positions: "check of positions",
  full: "full pass",
  periodic: "full pass",
  reconnect: "after a reconnect",
  command: "asked by a person",
  manual: "asked by a person",
};

export const resultWords = (result: string): { word: string; tone: ChipTone } =>
  RESULTS[result] ?? { word: sentence(result), tone: "warn" };

export const triggerWords = (trigger: string) => TRIGGERS[trigger] ?? trigger.replaceAll("_", " ");

export function foundIn(report: ReconciliationReport): FoundDifference[] {
  return report.differences.map((one) => ({
    symbol: one.symbol,
    ledger: one.ours ?? one.ledger ?? null,
    exchange: one.theirs ?? one.exchange ?? null,
    meaning: meaningOf(one),
    done: report.actions
      .filter((action) => action.symbol === one.symbol)
      .map((action) => action.message)
      .join("; "),
    foreign: one.kind === "foreign" || one.meaning === "foreign",
  }));
}

function meaningOf(one: Difference): string {
  return one.message ?? sentence(one.meaning ?? one.kind ?? "differs");
}

/** Positions in this desk's contracts that somebody else holds, as the session last heard. */
export function foreignIn(events: readonly SessionEvent[]): { symbol: string; size: number }[] {
  const sizes = new Map<string, number>();
  for (const event of events) {
    if (event.type === "foreign_position") {
      sizes.set(String(event.payload.symbol ?? ""), Number(event.payload.size ?? 0));
    }
  }
  return [...sizes].filter(([, size]) => size !== 0).map(([symbol, size]) => ({ symbol, size }));
}
