import { Play } from "lucide-react";
import { useState } from "react";
import { formatCount, formatNumber } from "@/format/numbers";
import { StrangleGlyph } from "@/services/glyphs";
import { Button, LinkButton, TextLink } from "@/ui/Button";
import { KeyValues } from "@/ui/Figures";
import { Panel, PanelBody } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Empty } from "@/ui/States";
import type { Profile } from "../api/records";
import type { Runtime } from "../api/types";
import { actOf, isLive } from "../model/acts";
import { signedPercent } from "../model/words";
import { useAccount, useControl } from "../shared/control";
import { HoldOrType } from "../shared/HoldOrType";
import styles from "./Live.module.css";

/** Nothing runs: which profile starts, with which rules. */
export function StartPanel({
  runtime,
  profiles,
  chosen,
  onChoose,
  mayTrade,
}: {
  runtime: Runtime;
  profiles: readonly Profile[];
  chosen: Profile | undefined;
  onChoose: (id: string) => void;
  mayTrade: boolean;
}) {
  const control = useControl();
  const account = useAccount(runtime);
  const act = actOf(runtime, "start", mayTrade);
  const live = isLive(runtime);
  const [asked, setAsked] = useState(false);
  if (chosen === undefined) {
    return (
      <Panel title="No session runs">
        <Empty
          title="No profiles yet"
          glyph={<StrangleGlyph size={22} />}
          actions={
            <LinkButton to="/strangle/configuration" kind="primary">
              New profile
            </LinkButton>
          }
        >
          A profile says what is sold, when, and where the limits are.
        </Empty>
      </Panel>
    );
  }
  const start = () =>
    control.mutate({
      action: "start",
      configuration_id: chosen.id,
      ...(live ? { confirm: account } : {}),
    });
  return (
    <Panel title={runtime.status === "cooldown" ? "Start the next session" : "No session runs"}>
      <PanelBody className={styles.start}>
        <Select
          label="Profile"
          options={profiles.map((profile) => ({
            value: profile.id,
            text: profile.name,
            hint: profile.is_active ? "active" : undefined,
          }))}
          value={chosen.id}
          onChange={onChoose}
        />
        <KeyValues rows={rulesOf(chosen)} />
        {live && asked ? (
          <HoldOrType
            hold="Hold to start selling live"
            act="Start live"
            account={account}
            busy={control.isPending}
            onAct={start}
          />
        ) : (
          <Button
            kind="primary"
            icon={<Play size={14} />}
            isDisabled={!act.on}
            isPending={control.isPending}
            onPress={live ? () => setAsked(true) : start}
          >
            {live ? "Start session\u2026" : "Start session"}
          </Button>
        )}
        {act.reason === null ? null : <p className={styles.reason}>{act.reason}</p>}
        <p className={styles.reason}>
          <TextLink to="/strangle/configuration" search={{ profile: chosen.id }}>
            Edit profile
          </TextLink>
          {" \u00b7 "}
          <TextLink to="/strangle/risk">Preflight checks</TextLink>
        </p>
      </PanelBody>
    </Panel>
  );
}

export function rulesOf(profile: Profile): (readonly [string, string])[] {
  const rules = Array.isArray(profile.trailing_rules) ? profile.trailing_rules : [];
  const ladder = rules
    .map((rule) => `${formatNumber(rule.trigger_pct, 0)}\u2192${formatNumber(rule.lock_pct, 0)}`)
    .join(", ");
  return [
    ["Underlying", profile.underlying],
    ["Entry and exit", `${profile.trade_time_ist} to ${profile.exit_time_ist} IST`],
    ["Contracts a leg", formatCount(profile.quantity)],
    [
      "Limits",
      `${signedPercent(-profile.max_loss_pct, 0)} to ${signedPercent(profile.max_profit_pct, 0)} of ${profile.limits_basis}`,
    ],
    ["Trailing ladder", profile.trailing_sl_enabled ? ladder || "follows the peak" : "off"],
    ["Expiry", profile.expiry_date ?? "nearest that fits"],
  ];
}
