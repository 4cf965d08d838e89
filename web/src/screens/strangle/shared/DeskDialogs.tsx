import { useState } from "react";
import { Button } from "@/ui/Button";
import { AlertDialog, Dialog } from "@/ui/Dialog";
import { NumberField } from "@/ui/NumberField";
import { Segmented } from "@/ui/Segmented";
import type { Runtime } from "../api/types";
import { isLive } from "../model/acts";
import { kindWords, priceDigits, strikeText } from "../model/words";
import { closeDeskDialog, useAccount, useCloseLeg, useControl, useDeskDialog } from "./control";
import { HoldOrType } from "./HoldOrType";
import { BuyBack, PanicDialog } from "./PanicDialog";
import styles from "./Shared.module.css";

/** The dialog that is open about the desk, if any. */
export default function DeskDialogs({ runtime }: { runtime: Runtime | undefined }) {
  const dialog = useDeskDialog();
  if (dialog === null) {
    return null;
  }
  if (dialog === "panic") {
    return <PanicDialog runtime={runtime} />;
  }
  if (dialog === "stop") {
    return <StopDialog runtime={runtime} />;
  }
  if (dialog === "restart") {
    return <RestartDialog runtime={runtime} />;
  }
  return <CloseLegDialog runtime={runtime} leg={dialog.leg} />;
}

function StopDialog({ runtime }: { runtime: Runtime | undefined }) {
  const control = useControl();
  const account = useAccount(runtime);
  const open = runtime?.positions.some((position) => position.open_quantity !== 0) ?? false;
  const live = isLive(runtime);
  const stop = (mode: "keep" | "flatten") =>
    control.mutate({ action: "stop", stop_mode: mode }, { onSuccess: closeDeskDialog });
  if (!open) {
    return (
      <AlertDialog
        open
        onClose={closeDeskDialog}
        title="Stop the session?"
        consequence="No leg is open. The session ends and nothing is sold."
        keep="Keep running"
        act="Stop session"
        danger={false}
        onAct={() => control.mutateAsync({ action: "stop", stop_mode: "flatten" })}
      />
    );
  }
  return (
    <Dialog
      open
      onClose={closeDeskDialog}
      title="Stop the session?"
      width={480}
      actions={
        <>
          <Button autoFocus onPress={closeDeskDialog}>
            Keep running
          </Button>
          <Button isPending={control.isPending} onPress={() => stop("keep")}>
            Stop, keep legs
          </Button>
          {live ? null : (
            <Button kind="danger" isPending={control.isPending} onPress={() => stop("flatten")}>
              Buy back and stop
            </Button>
          )}
        </>
      }
    >
      <p>
        <strong>Buy back and stop</strong> works the exit orders of both legs, limit first, then
        market, and ends the session when the exchange shows no position.
      </p>
      <BuyBack runtime={runtime} />
      <p>
        <strong>Stop, keep legs</strong> ends the session and leaves the legs open on the exchange.
        Nothing watches their limits after that: not max loss, not the trailing stop, not the time
        exit.
      </p>
      {live ? (
        <HoldOrType
          hold="Hold to buy back and stop"
          act="Buy back and stop"
          account={account}
          busy={control.isPending}
          onAct={() => stop("flatten")}
        />
      ) : null}
    </Dialog>
  );
}

function RestartDialog({ runtime }: { runtime: Runtime | undefined }) {
  const control = useControl();
  const account = useAccount(runtime);
  const live = isLive(runtime);
  return (
    <AlertDialog
      open
      onClose={closeDeskDialog}
      title="Restart the session?"
      consequence={
        <>
          The running session is stopped and its open legs are bought back; then a new one starts
          with the profile {runtime?.config?.name ?? "that is active"} as it is now.
          <BuyBack runtime={runtime} />
        </>
      }
      keep="Keep running"
      act="Restart session"
      typed={live ? account : undefined}
      onAct={() =>
        control.mutateAsync({
          action: "restart",
          ...(runtime?.config ? { configuration_id: runtime.config.id } : {}),
          ...(live ? { confirm: account } : {}),
        })
      }
    />
  );
}

function CloseLegDialog({ runtime, leg }: { runtime: Runtime | undefined; leg: number }) {
  const close = useCloseLeg();
  const account = useAccount(runtime);
  const position = runtime?.positions.find((one) => one.leg_id === leg);
  const [kind, setKind] = useState<"market" | "limit">("market");
  const [limit, setLimit] = useState<number | null>(position?.best_ask ?? null);
  if (position === undefined) {
    return null;
  }
  const digits = priceDigits(position.best_bid, position.best_ask);
  const name = `${kindWords(position.kind).toLowerCase()} ${strikeText(position.strike)}`;
  const live = isLive(runtime);
  const run = () =>
    close.mutateAsync({
      leg,
      limit: kind === "limit" && limit !== null ? limit.toFixed(digits) : null,
    });
  return (
    <AlertDialog
      open
      onClose={closeDeskDialog}
      title={`Close the ${name}?`}
      consequence={
        <div className={styles.stack}>
          <p>
            This leg is bought back alone. The other leg stays open and the session goes on watching
            it.
          </p>
          <BuyBack runtime={runtime} only={(one) => one.leg_id === leg} />
          <div className={styles.order}>
            <Segmented
              label="Order type"
              options={[
                { value: "market", text: "Market" },
                { value: "limit", text: "Limit" },
              ]}
              value={kind}
              onChange={setKind}
            />
            {kind === "limit" ? (
              <NumberField
                label="Limit price"
                unit="USD"
                digits={digits}
                min={10 ** -digits}
                step={10 ** -digits}
                value={limit}
                onChange={setLimit}
              />
            ) : null}
          </div>
        </div>
      }
      keep="Keep leg"
      act={`Close ${kindWords(position.kind).toLowerCase()}`}
      typed={live ? account : undefined}
      onAct={run}
    />
  );
}
