import { formatNumber } from "@/format/numbers";
import type { Decision } from "@/services/types";
import type { SeverityLevel } from "@/ui/Marks";
import { findReconciliation, findRuntime } from "../api/calls";
import type { ReconciliationReport } from "../api/riskTypes";
import type { Alert, Runtime } from "../api/types";
import { sentenceOf } from "../model/desk";
import { lossShare } from "../model/limits";
import { foundIn } from "../model/reconciliation";
import { sentence } from "../model/words";

const RISK = { act: "Open risk", to: "/strangle/risk" };
const LIVE = { act: "Open live control", to: "/strangle/live" };

/** What of the desk waits for a person. */
export async function strangleDecisions(signal: AbortSignal): Promise<Decision[]> {
  const [runtime, reconciliation] = await Promise.all([
    findRuntime(signal),
    findReconciliation(signal),
  ]);
  return decisionsOf(runtime, reconciliation.last);
}

export function decisionsOf(runtime: Runtime, report: ReconciliationReport | null): Decision[] {
  const base = { service: "strangle", at: runtime.generated_at };
  const list: Decision[] = [];
  const name = runtime.config?.name ?? "The desk";
  if (runtime.state === "unresolved") {
    list.push({
      ...base,
      ...RISK,
      id: "strangle:unresolved",
      severity: "critical",
      title: `${name}: the session is unresolved`,
      text: "ledger and exchange differ; no order is sent until they agree",
    });
  }
  list.push(
    ...runtime.alerts
      .filter((alert) => alert.severity !== "info")
      .filter((alert) => runtime.state !== "unresolved" || alert.severity !== "critical")
      .map((alert) => alertDecision(alert, name)),
  );
  const foreign = report === null ? [] : foundIn(report).filter((one) => one.foreign);
  if (report !== null && foreign.length > 0) {
    list.push({
      ...base,
      ...RISK,
      id: "strangle:foreign",
      severity: "medium",
      title: "Positions that this desk did not open",
      text: `${foreign.map((one) => `${one.symbol} ${formatNumber(one.exchange ?? 0, 0, "always")}`).join(", ")}, left untouched`,
      at: report.finished_at,
    });
  }
  if (runtime.data_quality.stale.length > 0 && !runtime.alerts.some(aboutQuotes)) {
    list.push({
      ...base,
      ...LIVE,
      id: "strangle:stale",
      severity: "high",
      title: `${name}: quotes are stale`,
      text: `${runtime.data_quality.stale.join(", ")}; limits are checked on the last mark`,
    });
  }
  const warning = lossDecision(runtime, name);
  return warning === null ? list : [...list, warning];
}

const aboutQuotes = (alert: Alert) => /quote|stale/.test(alert.code);

function alertDecision(alert: Alert, name: string): Decision {
  const levels: Record<Alert["severity"], SeverityLevel> = {
    critical: "critical",
    warning: "high",
    info: "info",
  };
  return {
    ...(alert.severity === "critical" ? RISK : LIVE),
    id: `strangle:${alert.code}`,
    severity: levels[alert.severity] ?? "high",
    title: `${name}: ${sentence(alert.code).toLowerCase()}`,
    text: sentenceOf(alert.message),
    service: "strangle",
    at: alert.at,
  };
}

function lossDecision(runtime: Runtime, name: string): Decision | null {
  const { max_loss_pct: limit } = runtime.limits;
  const now = runtime.totals.total_pnl_pct;
  const open = runtime.positions.some((position) => position.open_quantity !== 0);
  const share = lossShare(now, limit);
  if (!open || limit === null || share < 0.7) {
    return null;
  }
  return {
    ...LIVE,
    id: "strangle:loss",
    severity: "high",
    title: `${name}: loss at ${Math.round(share * 100)} % of its limit`,
    text: `net ${formatNumber(now, 1)} %, max loss ${formatNumber(-limit, 0)} %`,
    service: "strangle",
    at: runtime.generated_at,
  };
}
