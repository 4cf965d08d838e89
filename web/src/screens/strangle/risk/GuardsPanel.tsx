import { useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { formatAmount, formatCount, formatMoney } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { KeyValues } from "@/ui/Figures";
import { Panel, PanelBody } from "@/ui/Panel";
import { Loaded, Skeleton } from "@/ui/States";
import { riskLimitsQuery } from "../api/queries";
import type { RiskLimits } from "../api/riskTypes";
import type { Runtime } from "../api/types";
import { Guards } from "../live/Rail";
import { exact } from "../model/words";
import { useMayManage } from "../shared/access";
import { usePerson } from "../shared/person";
import { LimitsDialog } from "./LimitsDialog";
import styles from "./Risk.module.css";

/** The guards of the account, the loss of the day first. */
export function GuardsPanel({ runtime }: { runtime: Runtime }) {
  const query = useQuery(riskLimitsQuery);
  const mayManage = useMayManage();
  const person = usePerson();
  const [editing, setEditing] = useState(false);
  return (
    <Panel
      title="Guards"
      sub="what stops new orders"
      actions={
        <Button
          small
          icon={<Pencil size={13} />}
          isDisabled={!mayManage || query.data === undefined}
          onPress={() => setEditing(true)}
        >
          Edit guards…
        </Button>
      }
    >
      <Loaded query={query} what="The guards" skeleton={<Skeleton rows={4} />}>
        {(limits) => (
          <PanelBody className={styles.two}>
            <DayLoss runtime={runtime} limits={limits} />
            <div className={styles.stack}>
              <Guards guards={runtime.risk.guards.filter((guard) => guard.name !== "daily_loss")} />
              <KeyValues
                rows={[
                  ...(runtime.risk.guards.length > 0
                    ? []
                    : ([
                        ["Sessions a day", formatCount(limits.max_sessions_per_day)],
                        ["Orders a minute", formatCount(limits.max_orders_per_minute)],
                      ] as const)),
                  ["Contracts a leg", formatCount(limits.max_lots_per_leg)],
                  [
                    "Set by",
                    limits.changed_by === null
                      ? "settings of the server"
                      : person(limits.changed_by),
                  ],
                ]}
              />
            </div>
            {editing ? <LimitsDialog limits={limits} onClose={() => setEditing(false)} /> : null}
          </PanelBody>
        )}
      </Loaded>
    </Panel>
  );
}

/** How much of the day's loss limit is used, in one line. */
function DayLoss({ runtime, limits }: { runtime: Runtime; limits: RiskLimits }) {
  const guard = runtime.risk.guards.find((one) => one.name === "daily_loss");
  const limit = exact(limits.max_daily_loss);
  if (limit === null) {
    return (
      <div className={styles.stack}>
        <div className={styles.meterHead}>Loss of the day</div>
        <p className={styles.note}>
          No limit is set. An administrator can set one; it then refuses new sessions for the rest
          of the day (IST).
        </p>
      </div>
    );
  }
  const used = guard?.used ?? null;
  const share = used === null ? 0 : Math.min(1, Math.max(0, used / Number(limit)));
  const look = share >= 1 ? styles.over : share >= 0.7 ? styles.near : undefined;
  return (
    <div className={styles.stack}>
      <div className={styles.meterHead}>Loss of the day, IST</div>
      <div className={styles.meterFigure}>
        {used === null ? "n/a" : formatAmount(used)}{" "}
        <span>
          of {formatMoney(limit)}, {Math.round(share * 100)} %
        </span>
      </div>
      <div
        className={styles.meter}
        role="meter"
        aria-label="Loss of the day"
        aria-valuemin={0}
        aria-valuemax={Number(limit)}
        aria-valuenow={used ?? 0}
      >
        <span className={cx(look)} style={{ width: `${share * 100}%` }} />
        <i style={{ left: "70%" }} />
      </div>
      <p className={styles.note}>
        {share >= 1
          ? "Reached: no session starts before the next day, 00:00 IST."
          : "From 70 % on it warns; at 100 % no session starts before the next day (IST). Open sessions go on."}
      </p>
    </div>
  );
}
