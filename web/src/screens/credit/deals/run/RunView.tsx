import { CrosshairProvider } from "@/charts/crosshair";
import type { Deal } from "../api/structure";
import type { DealView } from "../api/types";
import type { ChecksState } from "../builder/useChecks";
import { RunBenchView } from "./RunBenchView";

/** What the deal is run on, left; what comes out, right. */
export function RunView(props: {
  stored: DealView;
  draft: Deal;
  changed: boolean;
  checks: ChecksState;
}) {
  return (
    <CrosshairProvider>
      <RunBenchView {...props} />
    </CrosshairProvider>
  );
}
