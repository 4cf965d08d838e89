import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useMemo } from "react";
import { formatCount, formatNumber } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { Button } from "@/ui/Button";
import { Age } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Panel, PanelBody } from "@/ui/Panel";
import { Empty, Loaded, Skeleton } from "@/ui/States";
import { eventsQuery } from "../api/events";
import { reconciliationQuery } from "../api/queries";
import type { ReconciliationReport } from "../api/riskTypes";
import type { Runtime } from "../api/types";
import {
  type FoundDifference,
  foreignIn,
  foundIn,
  resultWords,
  triggerWords,
} from "../model/reconciliation";
import { useMayTrade } from "../shared/access";
import { useReconcile } from "../shared/control";
import styles from "./Risk.module.css";

/** What the exchange says against what the ledger says. */
export function ReconciliationPanel({ runtime }: { runtime: Runtime }) {
  const query = useQuery(reconciliationQuery);
  const run = useReconcile();
  const mayTrade = useMayTrade();
  const last = query.data?.last ?? null;
  const result = last === null ? null : resultWords(last.result);
  return (
    <Panel
      title="Reconciliation"
      sub={
        last === null ? undefined : (
          <>
            {triggerWords(last.trigger)}, <Age at={last.finished_at} zone="IST" />
          </>
        )
      }
      actions={
        <>
          {result ? <Chip tone={result.tone}>{result.word}</Chip> : null}
          <Button
            small
            icon={<RefreshCw size={13} />}
            isDisabled={!mayTrade}
            isPending={run.isPending}
            onPress={() => run.mutate()}
          >
            Compare now
          </Button>
        </>
      }
    >
      <Loaded query={query} what="The reconciliation" skeleton={<Skeleton rows={4} />}>
        {({ last: report }) =>
          report === null ? (
            <Empty title="Not compared yet">
              {runtime.active
                ? "The first comparison runs before any order is sent."
                : "The desk compares its ledger with the exchange when a session starts, and every five minutes."}
            </Empty>
          ) : (
            <Report report={report} session={runtime.active ? runtime.session_id : null} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Report({ report, session }: { report: ReconciliationReport; session: number | null }) {
  const events = useQuery({ ...eventsQuery(session ?? 0), enabled: session !== null }).data;
  const found = useMemo(() => foundIn(report), [report]);
  const own = found.filter((one) => !one.foreign);
  const foreign = useMemo(() => {
    const listed = found.filter((one) => one.foreign);
    const heard = foreignIn(events ?? [])
      .filter((one) => listed.every((known) => known.symbol !== one.symbol))
      .map(({ symbol, size }) => ({
        symbol,
        ledger: null,
        exchange: size,
        meaning: "Not opened by this desk",
        done: "left untouched",
        foreign: true,
      }));
    return [...listed, ...heard];
  }, [found, events]);
  const took = Date.parse(report.finished_at) - Date.parse(report.started_at);
  return (
    <>
      <PanelBody>
        <p className={styles.note}>
          {own.length === 0
            ? "Ledger and exchange show the same for every contract of this desk."
            : `${formatCount(own.length)} of this desk's contracts differ. No new order is sent for a leg that differs.`}
          {took > 0 ? ` The comparison took ${formatDuration(took)}.` : ""}
        </p>
      </PanelBody>
      {own.length === 0 ? null : <Differences title="Differences" rows={own} />}
      {foreign.length === 0 ? null : (
        <Differences
          title="Foreign positions"
          note="Not opened by this desk: shown, never touched. A foreign position in a contract makes that contract unselectable."
          rows={foreign}
        />
      )}
    </>
  );
}

function Differences({
  title,
  note,
  rows,
}: {
  title: string;
  note?: string;
  rows: readonly FoundDifference[];
}) {
  const size = (value: number | null) => (value === null ? "n/a" : formatNumber(value, 0));
  return (
    <section aria-label={title}>
      <h3 className={styles.caption}>
        {title}
        {note === undefined ? null : <span>{note}</span>}
      </h3>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <caption className="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">Contract</th>
              <th scope="col" className={styles.right}>
                Ledger
              </th>
              <th scope="col" className={styles.right}>
                Exchange
              </th>
              <th scope="col">What it means</th>
              <th scope="col">What is done</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.symbol}>
                <th scope="row">
                  <code>{row.symbol}</code>
                </th>
                <td className={styles.right}>{size(row.ledger)}</td>
                <td className={styles.right}>{size(row.exchange)}</td>
                <td className={styles.long}>{row.meaning}</td>
                <td className={styles.long}>{row.done || "nothing"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
