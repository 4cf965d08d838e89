import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { Spark } from "@/charts/Spark";
import { formatAmount, formatCount, formatMoney, formatNumber } from "@/format/numbers";
import { IconButton } from "@/ui/Button";
import { copyText } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { Delta } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Menu } from "@/ui/Menu";
import { Panel } from "@/ui/Panel";
import { StaleChip } from "@/ui/States";
import type { Position, Runtime } from "../api/types";
import { actOf } from "../model/acts";
import {
  ageText,
  exact,
  kindWords,
  plainPercent,
  price,
  priceDigits,
  sentence,
  signedPercent,
  strikeText,
} from "../model/words";
import { openDeskDialog } from "../shared/control";
import styles from "./LegCard.module.css";
import { useTrail } from "./trail";

/** One sold option: what it earns, what it costs to buy back, and how far its strike is. */
export function LegCard({
  position,
  runtime,
  mayTrade,
}: {
  position: Position;
  runtime: Runtime;
  mayTrade: boolean;
}) {
  const trail = useTrail(position.symbol, position.mark_price, runtime.generated_at);
  const close = actOf(runtime, "close_leg", mayTrade);
  const open = Math.abs(position.open_quantity);
  const pnl = exact(position.total_pnl_exact);
  const age = position.quote_age_ms === null ? null : ageText(position.quote_age_ms);
  const digits = priceDigits(position.best_bid, position.best_ask);
  const name = `${kindWords(position.kind)} ${strikeText(position.strike)}`;
  const tone =
    position.total_pnl > 0 ? styles.gain : position.total_pnl < 0 ? styles.loss : undefined;
  return (
    <Panel
      title={kindWords(position.kind)}
      sub={<span className={styles.strike}>{strikeText(position.strike)}</span>}
      actions={
        <>
          <Chip>{chipText(position, open)}</Chip>
          <Menu
            label={`Acts on ${name}`}
            items={[
              {
                id: "close",
                text: "Close leg\u2026",
                hint: close.reason ?? undefined,
                disabled: !close.on || open === 0,
                danger: true,
                onAct: () => openDeskDialog({ leg: position.leg_id }),
              },
              {
                id: "copy",
                text: "Copy symbol",
                onAct: () => void copyText(position.symbol, "Symbol copied"),
              },
            ]}
          >
            <IconButton label={`Acts on ${name}`} small>
              <Ellipsis size={16} />
            </IconButton>
          </Menu>
        </>
      }
    >
      <div className={cx(styles.body, position.stale && styles.stale)}>
        <div className={styles.top}>
          <div>
            <div className={cx(styles.pnl, tone)}>
              <Delta
                value={position.total_pnl}
                text={pnl === null ? "n/a" : formatMoney(pnl, { sign: "always" })}
              />
            </div>
            <div className={styles.note}>
              {signedPercent(position.pnl_pct)} of basis
              {position.iv === null ? "" : `, IV ${plainPercent(position.iv * 100)}`}
            </div>
          </div>
          {position.stale && age !== null ? (
            <span>
              <StaleChip age={age} />
            </span>
          ) : trail.length > 4 ? (
            <Spark
              values={trail}
              label={`Mark of the ${name.toLowerCase()} since this page was opened`}
              width={104}
              height={32}
            />
          ) : null}
        </div>
        <div className={styles.three}>
          <Figure name="Entry VWAP">
            {price(position.entry_price, vwapDigits(position.entry_price, digits))}
          </Figure>
          <Figure name={age === null ? "Mark" : `Mark \u00b7 ${age}`}>
            {price(position.mark_price, digits)}
          </Figure>
          <Figure name="Bid / ask" right>
            {price(position.best_bid, digits)} / {price(position.best_ask, digits)}
          </Figure>
        </div>
        <Distance position={position} before={entryDistance(runtime, position)} />
        <dl className={styles.greeks}>
          <Greek name="Delta" value={position.greeks?.delta} />
          <Greek name="Gamma, k" value={scaled(position.greeks?.gamma, 1_000)} />
          <Greek name="Vega" value={position.greeks?.vega} money />
          <Greek name="Theta, day" value={position.greeks?.theta} money />
        </dl>
      </div>
    </Panel>
  );
}

const entryDistance = (runtime: Runtime, position: Position) =>
  runtime.entry.selected_contracts.find((one) => one.symbol === position.symbol)?.distance_pct ??
  null;

function chipText(position: Position, open: number): string {
  if (open === 0) {
    return sentence(position.status);
  }
  const part = open < position.quantity ? ` of ${formatCount(position.quantity)}` : "";
  return `Short ${formatCount(open)}${part}`;
}

const scaled = (value: number | null | undefined, by: number) =>
  value === null || value === undefined ? null : value * by;

function Figure({ name, right, children }: { name: string; right?: boolean; children: ReactNode }) {
  return (
    <div className={right ? styles.right : undefined}>
      <div className={styles.name}>{name}</div>
      <div className={styles.figure}>{children}</div>
    </div>
  );
}

function Greek({
  name,
  value = null,
  money,
}: {
  name: string;
  value?: number | null;
  money?: boolean;
}) {
  const digits = greekDigits(value ?? 0);
  const shown =
    value === null
      ? "n/a"
      : money
        ? formatAmount(value, { digits, sign: "always" })
        : formatNumber(value, digits, "always");
  return (
    <div>
      <dt>{name}</dt>
      <dd>{shown}</dd>
    </div>
  );
}

/** A mean price may lie between two ticks: it shows up to two digits. */
const vwapDigits = (entry: number | null, digits: number) =>
  Math.max(digits, Math.min(2, priceDigits(entry)));

/** Two digits, none for large figures, four where two would show nothing. */
function greekDigits(value: number): number {
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 0.1 || size === 0 ? 2 : 4;
}

/** The room to the strike; the tick is the room at entry. */
function Distance({ position, before }: { position: Position; before: number | null }) {
  const { distance_pct: now } = position;
  if (now === null) {
    return null;
  }
  const out = position.kind === "call" ? now > 0 : now < 0;
  const most = Math.max(Math.abs(now), Math.abs(before ?? 0)) * 1.12 || 1;
  const share = out ? Math.abs(now) / most : 0;
  const close = !out || (before !== null && Math.abs(now) < Math.abs(before) / 3);
  return (
    <div>
      <div className={styles.distance}>
        <span>{out ? "Distance to strike" : "In the money by"}</span>
        <b>{signedPercent(now, 2)}</b>
        {before === null ? null : <span>entry {signedPercent(before, 2)}</span>}
      </div>
      <div className={styles.track}>
        <span
          className={cx(styles.fill, close && styles.close)}
          style={{ width: `${share * 100}%` }}
        />
        {before === null ? null : (
          <span className={styles.tick} style={{ left: `${(Math.abs(before) / most) * 100}%` }} />
        )}
      </div>
    </div>
  );
}
