import { CirclePause, CirclePlay, Lock, OctagonAlert, RotateCw, Square } from "lucide-react";
import type { ReactElement } from "react";
import { formatDuration } from "@/format/time";
import { Button } from "@/ui/Button";
import { Id } from "@/ui/Figures";
import { Chip, Lamp } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { StaleChip } from "@/ui/States";
import { Tooltip } from "@/ui/Tooltip";
import { useStaleAge } from "../api/stream";
import type { Runtime } from "../api/types";
import { type Act, actOf, isLive, isPaused } from "../model/acts";
import { stateWords } from "../model/words";
import { useMayTrade } from "../shared/access";
import { openDeskDialog, useControl } from "../shared/control";
import styles from "./Live.module.css";

/** Which session, in which state, and what may be done with it. */
export function DeskHead({
  runtime,
  mayTrade,
}: {
  runtime: Runtime | undefined;
  mayTrade: boolean;
}) {
  const staleAge = useStaleAge(runtime);
  const words = runtime === undefined ? null : stateWords(runtime);
  return (
    <PageHead
      title={(runtime?.active ? runtime.config?.name : null) ?? "Live control"}
      crumb="Live control"
      trail={[{ title: "Strangle", to: "/strangle" }]}
      actions={<DeskActs runtime={runtime} mayTrade={mayTrade} />}
    >
      {words === null ? null : (
        <Chip tone={words.tone} icon={<Lamp state={words.lamp} label={false} />}>
          {words.word}
        </Chip>
      )}
      {isPaused(runtime) ? <Chip tone="warn">Entries paused</Chip> : null}
      {staleAge === null ? null : <StaleChip age={formatDuration(staleAge)} />}
      {mayTrade ? null : (
        <span className={styles.watching}>
          <Lock size={12} aria-hidden />
          <span>
            Watching only: acts need <code>strangle:operator</code>, which an administrator can
            grant.
          </span>
        </span>
      )}
      {runtime?.strategy_id ? (
        <span className={styles.id}>
          <Id value={runtime.strategy_id} />
        </span>
      ) : null}
    </PageHead>
  );
}

/** The acts the server offers now; on a phone they stand in a bar of their own. */
export function DeskActs({
  runtime,
  mayTrade,
  phone,
}: {
  runtime: Runtime | undefined;
  mayTrade: boolean;
  phone?: boolean;
}) {
  const control = useControl();
  const act = (name: Parameters<typeof actOf>[1]) => actOf(runtime, name, mayTrade);
  const idle = runtime === undefined || !runtime.active;
  const paused = isPaused(runtime);
  const halted = runtime?.risk.trading_state === "halted";
  const busy = control.isPending;
  return (
    <div className={phone ? styles.phoneActs : styles.acts}>
      {halted ? null : paused ? (
        <Reasoned act={act("resume")}>
          <Button
            icon={<CirclePlay size={14} />}
            isDisabled={!act("resume").on}
            isPending={busy}
            onPress={() => control.mutate({ action: "resume" })}
          >
            {phone ? "Resume" : "Resume entries"}
          </Button>
        </Reasoned>
      ) : (
        <Reasoned act={act("pause_entries")}>
          <Button
            icon={<CirclePause size={14} />}
            isDisabled={!act("pause_entries").on}
            isPending={busy}
            onPress={() => control.mutate({ action: "pause_entries" })}
          >
            {phone ? "Pause" : "Pause entries"}
          </Button>
        </Reasoned>
      )}
      {idle ? null : (
        <>
          {phone ? null : (
            <Reasoned act={act("restart")}>
              <Button
                icon={<RotateCw size={14} />}
                isDisabled={!act("restart").on}
                onPress={() => openDeskDialog("restart")}
              >
                Restart…
              </Button>
            </Reasoned>
          )}
          <Reasoned act={act("stop")}>
            <Button
              icon={<Square size={13} />}
              isDisabled={!act("stop").on}
              onPress={() => openDeskDialog("stop")}
            >
              Stop…
            </Button>
          </Reasoned>
        </>
      )}
      <span className={styles.apart} />
      <PanicButton runtime={runtime} phone={phone} />
    </div>
  );
}

/** Opens the panic dialog; the act is in the dialog, never here. */
export function PanicButton({ runtime, phone }: { runtime: Runtime | undefined; phone?: boolean }) {
  const act = actOf(runtime, "panic", useMayTrade());
  return (
    <Reasoned act={act}>
      <Button
        kind={isLive(runtime) ? "danger" : "dangerOutline"}
        icon={<OctagonAlert size={14} />}
        isDisabled={!act.on}
        onPress={() => openDeskDialog("panic")}
        keys={phone ? undefined : "Shift P"}
      >
        Panic close
      </Button>
    </Reasoned>
  );
}

/** Says why a control is off. */
function Reasoned({ act, children }: { act: Act; children: ReactElement }) {
  return act.reason === null ? children : <Tooltip text={act.reason}>{children}</Tooltip>;
}
