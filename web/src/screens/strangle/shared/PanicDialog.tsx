import { Info } from "lucide-react";
import { formatCount } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import type { Position, Runtime } from "../api/types";
import { isLive } from "../model/acts";
import { closingResult } from "../model/desk";
import { kindWords, price, priceDigits, roundMoney, strikeText } from "../model/words";
import { closeDeskDialog, useAccount, useControl } from "./control";
import { HoldOrType } from "./HoldOrType";
import styles from "./Shared.module.css";

/** The last resort: what will be bought back, at about which price, on which account. */
export function PanicDialog({ runtime }: { runtime: Runtime | undefined }) {
  const control = useControl();
  const live = isLive(runtime);
  const account = useAccount(runtime);
  const run = () => control.mutate({ action: "panic" }, { onSuccess: closeDeskDialog });
  return (
    <Dialog
      open
      onClose={closeDeskDialog}
      title={live ? "Close everything now, on the live account?" : "Close everything now?"}
      actions={
        live ? undefined : (
          <>
            <Button autoFocus onPress={closeDeskDialog} keys="Esc">
              Keep positions
            </Button>
            <Button kind="danger" isPending={control.isPending} onPress={run}>
              Close everything
            </Button>
          </>
        )
      }
    >
      <p>
        Every open leg of this desk is bought back at market, its open orders are cancelled, and the
        session ends. Positions that are not this desk's stay as they are.
      </p>
      <BuyBack runtime={runtime} />
      <p className={styles.note}>
        <Info size={14} aria-hidden />
        <span>
          {live ? (
            <>
              Account <code>{account}</code>, Delta Exchange India.{" "}
            </>
          ) : (
            `${venueWords(runtime)} `
          )}
          This cannot be undone.
        </span>
      </p>
      {live ? (
        <>
          <HoldOrType
            hold="Hold to close"
            act="Close everything"
            account={account}
            busy={control.isPending}
            onAct={run}
          />
          <Button autoFocus onPress={closeDeskDialog} keys="Esc">
            Keep positions
          </Button>
        </>
      ) : null}
    </Dialog>
  );
}

function venueWords(runtime: Runtime | undefined): string {
  if (runtime === undefined) {
    return "";
  }
  return runtime.environment === "sim"
    ? "Paper: the exchange is the simulator."
    : "Test network: no real money is at stake.";
}

/** One row for each leg that would be bought back, and the result that is expected. */
export function BuyBack({
  runtime,
  only,
}: {
  runtime: Runtime | undefined;
  only?: (position: Position) => boolean;
}) {
  const open = (runtime?.positions ?? [])
    .filter((position) => position.open_quantity !== 0)
    .filter(only ?? (() => true));
  if (runtime === undefined) {
    return <p className={styles.table}>The positions are not known now; the server knows them.</p>;
  }
  if (open.length === 0) {
    return <p className={styles.table}>No leg of this desk is open.</p>;
  }
  const result = closingResult(runtime);
  return (
    <table className={styles.table}>
      <tbody>
        {open.map((position) => (
          <tr key={position.leg_id}>
            <th scope="row">
              Buy back {kindWords(position.kind).toLowerCase()} {strikeText(position.strike)}
            </th>
            <td>
              {formatCount(Math.abs(position.open_quantity))} at about{" "}
              {price(
                position.best_ask ?? position.mark_price,
                priceDigits(position.best_bid, position.best_ask),
              )}
            </td>
          </tr>
        ))}
        {only === undefined && result !== null ? (
          <tr>
            <th scope="row">Expected result, before exit fees</th>
            <td className={result < 0 ? styles.loss : styles.gain}>about {roundMoney(result)}</td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}
