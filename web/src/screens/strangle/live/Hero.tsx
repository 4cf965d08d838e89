import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { formatAmount, formatMoney, formatNumber } from "@/format/numbers";
import { Delta } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { profilesQuery } from "../api/queries";
import type { Runtime } from "../api/types";
import { closingResult, nextRung } from "../model/desk";
import { type LimitsInput, lossShare } from "../model/limits";
import { exact, reasonWords, roundMoney, signedPercent } from "../model/words";
import { Flash } from "../shared/Flash";
import styles from "./Hero.module.css";
import { LimitsBar } from "./LimitsBar";

/** The limits of a session as the bar wants them. */
export function limitsOf(runtime: Runtime): LimitsInput {
  const { limits, totals, trailing } = runtime;
  return {
    now: totals.total_pnl_pct,
    maxLoss: limits.max_loss_pct,
    maxProfit: limits.max_profit_pct === 0 ? null : limits.max_profit_pct,
    peak: trailing.max_profit_seen_pct,
    level: limits.trailing_level_pct,
  };
}

/** Net P&L in money and per cent of its basis, and where that is between the limits. */
export function Hero({ runtime, stale }: { runtime: Runtime; stale: boolean }) {
  const { totals, trailing } = runtime;
  const profiles = useQuery(profilesQuery).data?.items ?? [];
  const profile = profiles.find((one) => one.id === runtime.config?.id);
  const basis = profile?.limits_basis ?? "basis";
  const bar = limitsOf(runtime);
  const total = exact(totals.total_pnl_exact);
  const ended = runtime.status === "cooldown";
  const closing = ended ? null : closingResult(runtime);
  const rung = nextRung(profile, trailing.max_profit_seen_pct);
  const share = lossShare(bar.now, bar.maxLoss);
  return (
    <section className={styles.hero} aria-label="Profit and loss">
      <div className={stale ? styles.stale : undefined}>
        <div className={styles.caption}>
          <span>{ended ? "Result" : "Total P&L"}</span>
          <span>basis: {basis}</span>
        </div>
        <div className={`${styles.big} ${toneOf(totals.total_pnl) ?? ""}`}>
          <Flash value={totals.total_pnl}>
            {total === null ? "n/a" : formatMoney(total, { sign: "always" })}
          </Flash>
        </div>
        <div className={styles.share}>
          <Chip tone={totals.total_pnl > 0 ? "gain" : totals.total_pnl < 0 ? "loss" : "plain"}>
            <Delta
              value={totals.total_pnl_pct}
              text={signedPercent(totals.total_pnl_pct)}
              good="neither"
            />
          </Chip>
          {totals.basis > 0 ? <span>of {formatAmount(totals.basis)}</span> : null}
        </div>
        <dl className={styles.sums}>
          <Sum name="Unrealised" value={totals.unrealized_exact} />
          <Sum name="Realised" value={totals.realized_exact} />
          <Sum name="Fees, paid" value={negated(totals.fees_exact)} plain />
          <Sum name="Before fees" value={totals.pnl_before_fees_exact} />
        </dl>
      </div>
      <div className={stale ? styles.stale : undefined}>
        <div className={styles.caption}>
          <span>Limits, net P&L in % of {basis}</span>
          <LimitsLegend bar={bar} />
        </div>
        <LimitsBar {...bar} word={ended ? "end" : "now"} />
        <div className={styles.facts}>
          {share >= 0.7 ? <Chip tone="high">{Math.round(share * 100)} % of max loss</Chip> : null}
          {ended ? null : !trailing.enabled ? (
            <Fact>Trailing stop is off</Fact>
          ) : rung === null ? null : (
            <Fact>
              {trailing.armed ? "Trailing stop rises to " : "Trailing stop arms at "}
              <b>{signedPercent(rung.lock_pct, 0)}</b> when the peak reaches{" "}
              <b>{signedPercent(rung.trigger_pct, 0)}</b>
            </Fact>
          )}
          <Fact>
            Deepest fall <b>{formatNumber(trailing.max_drawdown_seen_pct, 1)} pt</b>
          </Fact>
          {closing === null ? null : (
            <Fact>
              Closing at the ask now <b>{roundMoney(closing)}</b>
            </Fact>
          )}
          {runtime.exit_reason === null ? null : (
            <Fact>
              Ended by <b>{reasonWords(runtime.exit_reason).toLowerCase()}</b>
            </Fact>
          )}
        </div>
      </div>
    </section>
  );
}

const Fact = ({ children }: { children: ReactNode }) => <span>{children}</span>;

const toneOf = (value: number) => (value > 0 ? styles.gain : value < 0 ? styles.loss : undefined);

function LimitsLegend({ bar: { now, level } }: { bar: LimitsInput }) {
  const entry = (className: string | undefined, words: string) => (
    <span>
      <i className={className} />
      {words}
    </span>
  );
  const held = level ?? 0;
  return (
    <span className={styles.legend}>
      {now < 0 ? entry(styles.lost, "loss so far") : null}
      {held > 0 && now > 0 ? entry(styles.locked, "locked in by trailing stop") : null}
      {now > held ? entry(styles.risk, "at risk of giving back") : null}
    </span>
  );
}

function Sum({ name, value, plain }: { name: string; value: string; plain?: boolean }) {
  const amount = exact(value);
  const text = amount === null ? "n/a" : formatMoney(amount, { sign: plain ? "plain" : "always" });
  const zero = !/[1-9]/.test(text);
  const tone = plain || zero ? undefined : text.startsWith("\u2212") ? styles.loss : styles.gain;
  return (
    <>
      <dt>{name}</dt>
      <dd className={zero ? styles.zero : tone}>{text}</dd>
    </>
  );
}

const negated = (text: string) => (/^[+-]?0*(\.0*)?$/.test(text) ? text : `-${text}`);
