import { useQuery } from "@tanstack/react-query";
import { CirclePause, CirclePlay, OctagonX } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/Button";
import { Instant, KeyValues } from "@/ui/Figures";
import { Panel, PanelBody } from "@/ui/Panel";
import { Loaded, Skeleton } from "@/ui/States";
import { riskStateQuery } from "../api/queries";
import type { RiskState } from "../api/riskTypes";
import type { Runtime, TradingState } from "../api/types";
import { useMayTrade } from "../shared/access";
import { usePerson } from "../shared/person";
import { KillDialog, type Turn } from "./KillDialog";
import styles from "./Risk.module.css";

const MEANS: Record<TradingState, { word: string; text: string }> = {
  active: { word: "Active", text: "Entries and exits are sent." },
  reducing: {
    word: "Entries paused",
    text: "Nothing that adds exposure is sent. Exits, limits and the trailing stop go on.",
  },
  halted: {
    word: "Halted",
    text: "No entry is sent, from any session. Exits still work and open legs stay watched.",
  },
};

/** The kill switch: it works with no session and survives a restart. */
export function TradingStatePanel({ runtime }: { runtime: Runtime }) {
  const query = useQuery(riskStateQuery);
  return (
    <Panel title="Trading state" sub="the kill switch of this account">
      <Loaded query={query} what="The trading state" skeleton={<Skeleton rows={3} />}>
        {(state) => <Body state={state} runtime={runtime} />}
      </Loaded>
    </Panel>
  );
}

function Body({ state, runtime }: { state: RiskState; runtime: Runtime }) {
  const mayTrade = useMayTrade();
  const person = usePerson();
  const [turn, setTurn] = useState<Turn | null>(null);
  const outside = state.source !== "row";
  const means = MEANS[state.state];
  return (
    <PanelBody className={styles.stack}>
      <div className={`${styles.state} ${styles[state.state]}`}>
        {state.state === "active" ? (
          <CirclePlay size={20} aria-hidden />
        ) : state.state === "reducing" ? (
          <CirclePause size={20} aria-hidden />
        ) : (
          <OctagonX size={20} aria-hidden />
        )}
        <div>
          <strong>{means.word}</strong>
          <p>{means.text}</p>
        </div>
      </div>
      <KeyValues
        rows={[
          ["Reason", state.reason || "none given"],
          ["Set by", state.changed_by === null ? "never changed" : person(state.changed_by)],
          ...(state.changed_at === null
            ? []
            : ([["Since, IST", <Instant key="at" at={state.changed_at} zone="IST" />]] as const)),
          ...(outside ? ([["Set in", `the ${state.source} of the server`]] as const) : []),
        ]}
      />
      {outside ? (
        <p className={styles.note}>
          It was set outside the console and can be released only there; halting further works here.
        </p>
      ) : null}
      <div className={styles.acts}>
        {state.state === "active" ? (
          <Button
            icon={<CirclePause size={14} />}
            isDisabled={!mayTrade}
            onPress={() => setTurn("reducing")}
          >
            Pause entries…
          </Button>
        ) : (
          <Button
            kind="primary"
            icon={<CirclePlay size={14} />}
            isDisabled={!mayTrade || outside}
            onPress={() => setTurn("active")}
          >
            Set to active…
          </Button>
        )}
        {state.state === "halted" ? null : (
          <Button
            kind="dangerOutline"
            icon={<OctagonX size={14} />}
            isDisabled={!mayTrade}
            onPress={() => setTurn("halted")}
          >
            Halt…
          </Button>
        )}
        <Button
          kind="dangerOutline"
          icon={<OctagonX size={14} />}
          isDisabled={!mayTrade}
          onPress={() => setTurn("flatten")}
        >
          Halt and close all…
        </Button>
      </div>
      {mayTrade ? null : (
        <p className={styles.note}>
          Changing it needs the role <code>strangle:operator</code>. An administrator can grant it.
        </p>
      )}
      {turn === null ? null : (
        <KillDialog turn={turn} runtime={runtime} onClose={() => setTurn(null)} />
      )}
    </PanelBody>
  );
}
