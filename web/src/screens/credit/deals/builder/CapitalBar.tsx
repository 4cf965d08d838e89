import { formatFraction, formatNumber } from "@/format/numbers";
import { fraction } from "@/format/units";
import { cx } from "@/ui/cx";
import { amountUnit } from "../../model/units";
import type { Deal } from "../api/structure";
import { capitalOf, type Tranche } from "../model/capital";
import styles from "./Builder.module.css";

const COLORS = 6;
const color = (index: number) => (index < COLORS ? `var(--cat-${index + 1})` : "var(--cat-other)");

/** The classes by size, senior first, each with what stands below it. */
export function CapitalBar({
  deal,
  chosen,
  onPick,
}: {
  deal: Deal;
  chosen?: number;
  onPick?: (index: number) => void;
}) {
  const { total, tranches } = capitalOf(deal);
  const unit = amountUnit(total, deal.currency ?? "USD");
  const words = (one: Tranche) =>
    `${one.name} ${unit.format(one.balance, 1)}${unit.short}, ${formatFraction(fraction(one.share), 1)}, enhancement ${formatFraction(fraction(one.enhancement), 1)}`;
  return (
    <div className={styles.capital}>
      <div
        className={styles.bar}
        role="img"
        aria-label={`Capital structure, ${unit.name} ${unit.format(total, 1)}: ${tranches.map(words).join("; ")}`}
      >
        {tranches
          .filter((one) => one.balance > 0)
          .map((one) => (
            <span
              key={one.index}
              className={styles.barPart}
              style={{ flexGrow: one.share, background: color(one.index) }}
            />
          ))}
      </div>
      <ul className={styles.classes}>
        {tranches.map((one) => (
          <li key={one.index}>
            <button
              type="button"
              className={cx(styles.class, chosen === one.index && styles.chosenClass)}
              disabled={onPick === undefined}
              onClick={() => onPick?.(one.index)}
            >
              <span className={styles.classHead}>
                <span className={styles.swatch} style={{ background: color(one.index) }} />
                <strong>{one.name}</strong>
                {one.kind === "" ? null : <span className={styles.dim}>{one.kind}</span>}
              </span>
              <span className={cx(styles.classFigures, "num")}>
                {formatNumber(one.balance / unit.by, 1)}
                {unit.short} · {formatFraction(fraction(one.share), 1)}
              </span>
              <span className={styles.dim}>
                {one.coupon} · CE {formatFraction(fraction(one.enhancement), 1)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
