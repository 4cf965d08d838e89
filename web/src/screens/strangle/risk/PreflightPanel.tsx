import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, RefreshCw, TriangleAlert } from "lucide-react";
import { Button } from "@/ui/Button";
import { Age } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Panel } from "@/ui/Panel";
import { Loaded, Skeleton } from "@/ui/States";
import { preflightQuery } from "../api/queries";
import type { PreflightCheck } from "../api/riskTypes";
import { sentence } from "../model/words";
import { useMayTrade } from "../shared/access";
import styles from "./Risk.module.css";

const MARKS = {
  pass: { Mark: CircleCheck, word: "passed", look: styles.pass },
  warn: { Mark: TriangleAlert, word: "warning", look: styles.warn },
  fail: { Mark: CircleX, word: "failed", look: styles.fail },
} as const;

const NAMES: Record<string, string> = {
  credentials: "Exchange keys",
  ip_allowed: "Address allowed",
  clock_skew: "Clock",
  balance: "Balance",
  margin_mode: "Margin mode",
  products: "Contracts",
  socket: "Sockets",
  market_socket: "Market feed",
  private_socket: "Private feed",
  lease: "Lease",
  trading_state: "Trading state",
};

/** Whether trading could begin now. */
export function PreflightPanel() {
  const mayTrade = useMayTrade();
  const query = useQuery({ ...preflightQuery, enabled: mayTrade });
  return (
    <Panel
      title="Preflight"
      sub={query.data === undefined ? undefined : <Age at={query.data.generated_at} zone="IST" />}
      actions={
        <>
          {query.data === undefined ? null : query.data.passed ? (
            <Chip tone="ok">Ready</Chip>
          ) : (
            <Chip tone="bad">Not ready</Chip>
          )}
          <Button
            small
            icon={<RefreshCw size={13} />}
            isDisabled={!mayTrade}
            isPending={query.isFetching}
            onPress={() => void query.refetch()}
          >
            Check again
          </Button>
        </>
      }
    >
      {mayTrade ? (
        <Loaded query={query} what="The preflight" skeleton={<Skeleton rows={7} />}>
          {(preflight) => (
            <ul className={styles.checks}>
              {preflight.checks.map((check) => (
                <Check key={check.name} check={check} />
              ))}
              <li className={styles.about}>
                Account <code>{preflight.account}</code>, {environmentWords(preflight.environment)}
              </li>
            </ul>
          )}
        </Loaded>
      ) : (
        <p className={styles.padded}>
          The checks need the role <code>strangle:operator</code>. An administrator can grant it.
        </p>
      )}
    </Panel>
  );
}

function Check({ check }: { check: PreflightCheck }) {
  const { Mark, word, look } = MARKS[check.status] ?? MARKS.warn;
  return (
    <li className={styles.check}>
      <Mark size={16} role="img" aria-label={word} className={look} />
      <span className={styles.checkName}>{NAMES[check.name] ?? sentence(check.name)}</span>
      <span className={styles.checkText}>{check.message}</span>
    </li>
  );
}

const environmentWords = (environment: string) =>
  environment === "sim"
    ? "simulated exchange"
    : environment === "testnet"
      ? "test network of the exchange"
      : "real orders";
