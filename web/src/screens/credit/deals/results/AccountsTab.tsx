import { Select } from "@/ui/Select";
import { Empty } from "@/ui/States";
import { useSearchState } from "../../../search";
import type { AmountUnit } from "../../model/units";
import type { DealRun } from "../api/results";
import { ColumnsTable, type ShownColumn } from "./ColumnsTable";
import styles from "./Results.module.css";

/** One account or ledger by date. */
export function AccountsTab({ run, unit }: { run: DealRun; unit: AmountUnit }) {
  const [search, change] = useSearchState();
  const options = [
    ...run.accounts.map((one) => ({ value: `account:${one.name}`, text: one.name })),
    ...run.ledgers.map((one) => ({ value: `ledger:${one.name}`, text: `${one.name} (ledger)` })),
  ];
  const picked = options.find((one) => one.value === search.account) ?? options[0];
  if (picked === undefined) {
    return (
      <Empty title="No account">Where cash lies stands here. Add an account under Build.</Empty>
    );
  }
  return (
    <ColumnsTable
      key={picked.value}
      label={picked.text}
      run={run}
      columns={columnsOf(run, picked.value)}
      unit={unit}
      fileName={picked.text}
    >
      <div className={styles.pick}>
        <Select
          label="Account"
          hideLabel
          options={options}
          value={picked.value}
          onChange={(account) => change({ account })}
        />
      </div>
    </ColumnsTable>
  );
}

function columnsOf(run: DealRun, picked: string): ShownColumn[] {
  const [kind, name] = [
    picked.slice(0, picked.indexOf(":")),
    picked.slice(picked.indexOf(":") + 1),
  ];
  if (kind === "ledger") {
    const ledger = run.ledgers.find((one) => one.name === name);
    return ledger === undefined
      ? []
      : [
          { head: "Debit", values: ledger.debit },
          { head: "Credit", values: ledger.credit },
          { head: "Balance", values: ledger.balance },
        ];
  }
  const account = run.accounts.find((one) => one.name === name);
  return account === undefined
    ? []
    : [
        { head: "Before", values: account.begin },
        { head: "In", values: account.in },
        { head: "Out", values: account.out },
        { head: "Earned", values: account.earned },
        { head: "After", values: account.balance },
        ...(account.target.some((value) => value !== null)
          ? [{ head: "Target", values: account.target }]
          : []),
      ];
}
