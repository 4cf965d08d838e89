import { useQuery } from "@tanstack/react-query";
import { formatMoney } from "@/format/numbers";
import { formatDay, parseInstant } from "@/format/time";
import { useNow } from "@/shell/clock";
import { TextLink } from "@/ui/Button";
import { Panel, PanelBody } from "@/ui/Panel";
import { Loaded, Skeleton } from "@/ui/States";
import { sessionsQuery } from "../api/queries";
import type { SessionRow } from "../api/records";
import { exact, reasonWords, signedPercent } from "../model/words";
import styles from "./LastSessions.module.css";

/** How the last days went, while nothing runs. */
export function LastSessions() {
  const query = useQuery(sessionsQuery({ page_size: 5, status: "stopped" }));
  const now = useNow(60_000);
  return (
    <Panel title="Last sessions" sub="net, IST">
      <Loaded query={query} what="Sessions" skeleton={<Skeleton rows={5} />}>
        {(page) => (
          <PanelBody>
            {page.items.length === 0 ? (
              <p className={styles.none}>None yet; the first appears when a session has ended.</p>
            ) : (
              <ol className={styles.list}>
                {page.items.map((session) => (
                  <Row key={session.id} session={session} now={now} />
                ))}
              </ol>
            )}
          </PanelBody>
        )}
      </Loaded>
    </Panel>
  );
}

function Row({ session, now }: { session: SessionRow; now: Date }) {
  const at = parseInstant(session.activated_at);
  const summary = session.pnl_summary;
  const net = exact(summary?.total_pnl_exact);
  const tone =
    net === null || !/[1-9]/.test(net)
      ? undefined
      : net.startsWith("-")
        ? styles.loss
        : styles.gain;
  return (
    <li>
      <TextLink to="/strangle/history" search={{ session: String(session.id) }}>
        {at === null ? session.strategy_id : formatDay(at, "IST", now)}
      </TextLink>
      <span className={styles.reason}>{reasonWords(session.exit_reason)}</span>
      <span className={tone}>{net === null ? "n/a" : formatMoney(net, { sign: "always" })}</span>
      <span className={styles.share}>{signedPercent(summary?.total_pnl_pct)}</span>
    </li>
  );
}
