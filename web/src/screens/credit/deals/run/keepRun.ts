import type { RunState } from "../model/collateral";

/** The name of the draft that the run panel of a deal keeps in this tab. */
export const runDraft = (dealId: string) => `deal-run.${dealId}`;

/** What a deal is run on at first, put where its run panel looks. */
export function keepRun(dealId: string, state: RunState): void {
  try {
    sessionStorage.setItem(`quintet.draft.${runDraft(dealId)}`, JSON.stringify(state));
  } catch {
    // A full storage loses the suggestion, not the deal.
  }
}
