import { useInfiniteQuery } from "@tanstack/react-query";
import { formatCount, formatNumber } from "@/format/numbers";
import { TextLink } from "@/ui/Button";
import { KeyValues, Metric } from "@/ui/Figures";
import { Skeleton } from "@/ui/States";
import { allRunsQuery, poolsQuery } from "../api/queries";
import type { ClassShare } from "../api/types";
import { amountUnit } from "../model/units";
import { ClassMix } from "../shared/ClassMix";
import styles from "./Instrument.module.css";

/** Credit in small, on Home: what is held, of which classes, and the newest run. */
export default function Instrument() {
  const pools = useInfiniteQuery(poolsQuery).data?.pages[0]?.items;
  const run = useInfiniteQuery(allRunsQuery).data?.pages[0]?.items[0];
  if (pools === undefined) {
    return <Skeleton rows={3} />;
  }
  if (pools.length === 0) {
    return (
      <p className={styles.none}>
        No pools yet. <TextLink to="/credit/upload">Upload a tape</TextLink>
      </p>
    );
  }
  const currencies = new Set(pools.map((pool) => pool.currency ?? "USD"));
  const [currency = "USD"] = currencies;
  const mine = pools.filter((pool) => (pool.currency ?? "USD") === currency);
  const balance = mine.reduce((sum, pool) => sum + pool.summary.balance, 0);
  const unit = amountUnit(balance, currency);
  const classes = new Map<string, ClassShare>();
  for (const share of mine.flatMap((pool) => pool.summary.classes)) {
    const before = classes.get(share.asset_class);
    classes.set(share.asset_class, {
      asset_class: share.asset_class,
      asset_count: (before?.asset_count ?? 0) + share.asset_count,
      balance: (before?.balance ?? 0) + share.balance,
    });
  }
  const loans = pools.reduce((sum, pool) => sum + pool.summary.asset_count, 0);
  const price = run?.metrics?.price;
  return (
    <div className={styles.body}>
      <Metric
        name={`Pool balance, ${currency}${currencies.size > 1 ? " pools" : ""}`}
        value={unit.format(balance, 1)}
        unit={unit.short}
      />
      <ClassMix
        classes={[...classes.values()].sort((left, right) => right.balance - left.balance)}
      />
      <KeyValues
        rows={[
          ["Pools", formatCount(pools.length)],
          ["Loans", formatCount(loans)],
          [
            "Newest run",
            run === undefined ? (
              "none"
            ) : (
              <>
                {run.name}
                {price === undefined || price === null ? "" : `, ${formatNumber(price, 2)}`}
              </>
            ),
          ],
        ]}
      />
    </div>
  );
}
