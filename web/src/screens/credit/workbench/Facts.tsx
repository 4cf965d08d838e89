import { formatCount } from "@/format/numbers";
import { KeyValues } from "@/ui/Figures";
import { Empty } from "@/ui/States";
import { type FactTable, sayFact, sectionsOf, wordsOf } from "../model/analytics";
import type { AmountUnit } from "../model/units";
import styles from "./Facts.module.css";

const MOST_ROWS = 25;

/** Facts of the pool and of its classes: ratios, shares, concentrations, structure. */
export function Facts({ analytics, unit }: { analytics: unknown; unit: AmountUnit }) {
  const sections = sectionsOf(analytics);
  const amount = (value: number) => unit.format(value);
  if (sections.length === 0) {
    return (
      <Empty title="No facts yet">
        They come with an analysis: LTV and FICO, concentrations, coverage, structure by class.
      </Empty>
    );
  }
  return (
    <div className={styles.facts}>
      {sections.map((section) => (
        <section key={section.name} className={styles.section}>
          <h3 className={styles.title}>{section.name === "" ? "Pool" : wordsOf(section.name)}</h3>
          {section.facts.length > 0 ? (
            <KeyValues
              rows={section.facts.map(({ name, value }) => [
                wordsOf(name),
                sayFact(name, value, amount),
              ])}
            />
          ) : null}
          {section.tables.map((table) => (
            <Table key={table.name} table={table} amount={amount} />
          ))}
        </section>
      ))}
    </div>
  );
}

function Table({ table, amount }: { table: FactTable; amount: (value: number) => string }) {
  const [first = "", ...figures] = table.columns;
  const shown = table.rows.slice(0, MOST_ROWS);
  const left = table.rows.length - shown.length;
  return (
    <table className={styles.table}>
      <caption>
        {wordsOf(table.name)}
        {left > 0 ? `, the first ${MOST_ROWS} of ${formatCount(table.rows.length)}` : ""}
      </caption>
      <thead>
        <tr>
          {table.columns.map((column) => (
            <th key={column} scope="col">
              {wordsOf(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two rows may have one name
          <tr key={at}>
            <th scope="row">{sayFact(first, row[first], amount)}</th>
            {figures.map((column) => (
              <td key={column}>{sayFact(column, row[column], amount)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
