import { OctagonAlert, RefreshCw } from "lucide-react";
import { formatMoney } from "@/format/numbers";
import { Button, LinkButton } from "@/ui/Button";
import type { Runtime } from "../api/types";
import { sentenceOf, worstAlert } from "../model/desk";
import { exact } from "../model/words";
import { openDeskDialog, useReconcile } from "../shared/control";
import styles from "./Live.module.css";

/** The truth is not established: cause and next step stand where the result would. */
export function UnresolvedHero({ runtime, mayTrade }: { runtime: Runtime; mayTrade: boolean }) {
  const reconcile = useReconcile();
  const worst = worstAlert(runtime);
  const last = exact(runtime.totals.total_pnl_exact);
  return (
    <section className={styles.unresolved} role="alert" aria-label="The session is unresolved">
      <OctagonAlert size={22} aria-hidden />
      <div className={styles.unresolvedText}>
        <h2>The session is unresolved</h2>
        <p>
          {worst !== undefined
            ? sentenceOf(worst.message)
            : "What the exchange holds could not be established. Compare the account with the differences, then run the reconciliation again."}
        </p>
        <p>
          No order is sent until ledger and exchange agree. Panic still works.
          {last === null ? "" : ` Last known net P&L ${formatMoney(last, { sign: "always" })}.`}
        </p>
        <div className={styles.unresolvedActs}>
          <Button
            kind="primary"
            icon={<RefreshCw size={14} />}
            isPending={reconcile.isPending}
            isDisabled={!mayTrade}
            onPress={() => reconcile.mutate()}
          >
            Run reconciliation
          </Button>
          <LinkButton to="/strangle/risk">See differences</LinkButton>
          <Button
            kind="dangerOutline"
            isDisabled={!mayTrade}
            onPress={() => openDeskDialog("panic")}
          >
            Panic close…
          </Button>
        </div>
      </div>
    </section>
  );
}
