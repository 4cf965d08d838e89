import { lazy, type ReactNode, Suspense } from "react";
import { formatFraction } from "@/format/numbers";
import { formatClock, formatDuration, parseInstant } from "@/format/time";
import { fraction } from "@/format/units";
import { useCommands } from "@/shell/commands";
import { useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import { Page } from "@/ui/Panel";
import { toast } from "@/ui/toasts";
import { useDesk } from "../api/stream";
import type { Runtime } from "../api/types";
import { actOf } from "../model/acts";
import { useMayTrade } from "./access";
import { openDeskDialog, useControl, useDeskDialog } from "./control";

const DeskDialogs = lazy(() => import("./DeskDialogs"));

/**
 * The frame of every strangle page: the panic dialog is one key away, the palette has the acts of
 * the desk, and the status bar says whether its figures can be trusted.
 */
export function StranglePage({ fill, children }: { fill?: boolean; children: ReactNode }) {
  const runtime = useDesk().data;
  const dialog = useDeskDialog();
  useDeskActs(runtime);
  useStatusItems(trustFacts(runtime));
  return (
    <Page fill={fill}>
      {children}
      {dialog === null ? null : (
        <Suspense fallback={null}>
          <DeskDialogs runtime={runtime} />
        </Suspense>
      )}
    </Page>
  );
}

function useDeskActs(runtime: Runtime | undefined): void {
  const mayTrade = useMayTrade();
  const control = useControl();
  const act = (name: Parameters<typeof actOf>[1]) => actOf(runtime, name, mayTrade);
  const panic = act("panic");
  useShortcuts([
    {
      keys: "Shift+P",
      text: "Panic dialog",
      scope: "Strangle",
      run: () =>
        panic.on
          ? openDeskDialog("panic")
          : toast({ tone: "info", text: "Panic close", detail: panic.reason ?? undefined }),
    },
  ]);
  const row = (id: Parameters<typeof actOf>[1], text: string, run: () => void, keys?: string) => ({
    id: `strangle.${id}`,
    text,
    hint: "Strangle",
    keys,
    reason: act(id).reason ?? undefined,
    run,
  });
  useCommands([
    row("panic", "Panic close…", () => openDeskDialog("panic"), "Shift+P"),
    row("stop", "Stop session…", () => openDeskDialog("stop")),
    row("restart", "Restart session…", () => openDeskDialog("restart")),
    row("pause_entries", "Pause entries", () => control.mutate({ action: "pause_entries" })),
    row("resume", "Resume entries", () => control.mutate({ action: "resume" })),
  ]);
}

/** Feeds, quota and reconciliation for the status bar. */
export function trustFacts(runtime: Runtime | undefined): string[] {
  if (runtime === undefined) {
    return [];
  }
  const { data_quality: data, reconciliation } = runtime;
  const facts = [
    data.ws_connected ? "Market feed up" : "Market feed down",
    data.private_connected ? "Private feed up" : "Private feed down",
  ];
  if (data.quota_used !== null) {
    facts.push(`Venue quota ${formatFraction(fraction(data.quota_used), 0)} used`);
  }
  if (data.clock_skew_ms !== null && Math.abs(data.clock_skew_ms) >= 1_000) {
    facts.push(`Clock ${formatDuration(Math.abs(data.clock_skew_ms))} off`);
  }
  const last = parseInstant(reconciliation.last_at);
  facts.push(
    last === null
      ? "Not reconciled yet"
      : `Reconciled ${formatClock(last, "IST", "minute")} IST, ${reconciliation.differences} differences`,
  );
  return facts;
}
