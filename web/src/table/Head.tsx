import type { ReactNode } from "react";
import { cx } from "@/ui/cx";
import { frozenOffsets } from "./cells";
import styles from "./DataTable.module.css";
import type { TableModel } from "./useTableModel";

interface HeadProps<Row extends object> {
  model: TableModel<Row>;
  phone: boolean;
  select: ReactNode;
}

/** Column heads: click sorts, Shift adds, the right edge resizes; then the total row. */
export function Head<Row extends object>({ model, phone, select }: HeadProps<Row>) {
  const { table, shown, sorting, sizes } = model;
  const frozen = frozenOffsets(shown, sizes, select === null ? 0 : 36);
  const totals = shown.some((column) => column.total !== undefined);
  const headers = new Map(table.getFlatHeaders().map((header) => [header.column.id, header]));
  return (
    <>
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid keeps the focus */}
      <div
        role="row"
        aria-rowindex={1}
        className={phone ? "visually-hidden" : cx(styles.row, styles.head)}
      >
        {select === null ? null : (
          <div role="columnheader" tabIndex={-1} className={cx(styles.cell, styles.headCell)}>
            {select}
          </div>
        )}
        {shown.map((column) => {
          const left = frozen.get(column.id);
          const header = headers.get(column.id);
          const place = sorting.findIndex((key) => key.id === column.id);
          const key = sorting[place];
          return (
            <div
              key={column.id}
              role="columnheader"
              tabIndex={-1}
              aria-sort={key === undefined ? undefined : key.desc ? "descending" : "ascending"}
              className={cx(
                styles.cell,
                styles.headCell,
                column.align === "right" && styles.right,
                left !== undefined && styles.frozen,
              )}
              style={left === undefined ? undefined : { left }}
            >
              {column.sortable === false || phone ? (
                <span className={styles.text}>{column.head}</span>
              ) : (
                <button
                  type="button"
                  tabIndex={-1}
                  className={styles.sort}
                  onClick={(event) => header?.column.toggleSorting(undefined, event.shiftKey)}
                >
                  <span className={styles.text}>{column.head}</span>
                  {key === undefined ? null : (
                    <svg className={styles.arrow} viewBox="0 0 8 8" aria-hidden="true">
                      <path
                        d={key.desc ? "M4 7.500 7.800.500H.200z" : "M4 .500 7.800 7.500H.200z"}
                        fill="currentColor"
                      />
                    </svg>
                  )}
                  {key !== undefined && sorting.length > 1 ? (
                    <span className={styles.place}>{place + 1}</span>
                  ) : null}
                </button>
              )}
              {header === undefined || phone ? null : (
                <span
                  aria-hidden="true"
                  className={cx(styles.resize, header.column.getIsResizing() && styles.resizing)}
                  onMouseDown={header.getResizeHandler()}
                  onTouchStart={header.getResizeHandler()}
                  onDoubleClick={() => header.column.resetSize()}
                />
              )}
            </div>
          );
        })}
      </div>
      {totals && !phone ? (
        // biome-ignore lint/a11y/useFocusableInteractive: the grid keeps the focus
        <div role="row" className={cx(styles.row, styles.total)}>
          {select === null ? null : <div role="gridcell" tabIndex={-1} className={styles.cell} />}
          {shown.map((column, index) => {
            const left = frozen.get(column.id);
            return (
              <div
                key={column.id}
                role="gridcell"
                tabIndex={-1}
                className={cx(
                  styles.cell,
                  column.align === "right" && styles.right,
                  left !== undefined && styles.frozen,
                )}
                style={left === undefined ? undefined : { left }}
              >
                {column.total ?? (index === 0 ? "Total" : null)}
              </div>
            );
          })}
        </div>
      ) : null}
    </>
  );
}
