import { Select } from "@/ui/Select";
import { Empty } from "@/ui/States";
import { useSearchState } from "../../../search";
import type { AmountUnit } from "../../model/units";
import type { DealRun } from "../api/results";
import { ColumnsTable } from "./ColumnsTable";
import styles from "./Results.module.css";

/** What one pool paid and what became of it. */
export function PoolTab({ run, unit }: { run: DealRun; unit: AmountUnit }) {
  const [search, change] = useSearchState();
  const pool = run.pools.find((one) => one.name === search.pool) ?? run.pools[0];
  if (pool === undefined) {
    return <Empty title="No pool" />;
  }
  const traded = [...pool.bought, ...pool.sold].some((value) => value > 0);
  return (
    <ColumnsTable
      key={pool.name}
      label={`Pool ${pool.name}`}
      run={run}
      unit={unit}
      fileName={`pool-${pool.name}`}
      columns={[
        { head: "Opening", values: pool.begin },
        { head: "Interest", values: pool.interest },
        { head: "Principal", values: pool.principal },
        { head: "Prepayment", values: pool.prepayment },
        { head: "Recovery", values: pool.recovery },
        { head: "Default", values: pool.default },
        { head: "Loss", values: pool.loss },
        ...(traded
          ? [
              { head: "Bought", values: pool.bought },
              { head: "Sold for", values: pool.sold },
            ]
          : []),
        { head: "Closing", values: pool.balance },
      ]}
    >
      {run.pools.length > 1 ? (
        <div className={styles.pick}>
          <Select
            label="Pool"
            hideLabel
            options={run.pools.map((one) => ({ value: one.name, text: one.name }))}
            value={pool.name}
            onChange={(name) => change({ pool: name })}
          />
        </div>
      ) : (
        <span className={styles.unit}>{pool.name}</span>
      )}
    </ColumnsTable>
  );
}
