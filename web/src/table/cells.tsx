import type { ReactNode } from "react";
import { cx } from "@/ui/cx";
import type { Column, PhonePlace } from "./columns";
import styles from "./DataTable.module.css";

export function content<Row>(column: Column<Row>, row: Row): ReactNode {
  return column.cell ? column.cell(row) : column.value(row);
}

/** How far from the left edge each frozen column stays. */
export function frozenOffsets<Row>(
  columns: readonly Column<Row>[],
  sizes: Record<string, number>,
  start: number,
): Map<string, number> {
  const offsets = new Map<string, number>();
  let left = start;
  for (const column of columns) {
    if (!column.frozen) {
      break;
    }
    offsets.set(column.id, left);
    left += sizes[column.id] ?? column.width ?? 120;
  }
  return offsets;
}

interface CellsProps<Row> {
  columns: readonly Column<Row>[];
  row: Row;
  select: ReactNode;
  sizes: Record<string, number>;
}

export function DesktopCells<Row>({ columns, row, select, sizes }: CellsProps<Row>) {
  const frozen = frozenOffsets(columns, sizes, select === null ? 0 : 36);
  return (
    <>
      {select === null ? null : (
        <div role="gridcell" tabIndex={-1} className={styles.cell}>
          {select}
        </div>
      )}
      {columns.map((column) => {
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
            <span className={styles.text}>{content(column, row)}</span>
          </div>
        );
      })}
    </>
  );
}

/** Title and main figure on the first line, the rest on the second. */
export function PhoneRow<Row>({ columns, row, select }: Omit<CellsProps<Row>, "sizes">) {
  const places = phonePlaces(columns);
  const at = (place: PhonePlace) => columns.filter((column) => places.get(column.id) === place);
  return (
    <>
      {select === null ? null : (
        <div role="gridcell" tabIndex={-1} className={styles.phoneSelect}>
          {select}
        </div>
      )}
      {at("title").map((column) => (
        <div key={column.id} role="gridcell" tabIndex={-1} className={styles.phoneTitle}>
          {content(column, row)}
        </div>
      ))}
      <div role="gridcell" tabIndex={-1} className={styles.phoneFigure}>
        {at("figure").map((column) => (
          <span key={column.id}>{content(column, row)}</span>
        ))}
      </div>
      <div role="gridcell" tabIndex={-1} className={styles.phoneNote}>
        {at("note").map((column) => (
          <span key={column.id}>{content(column, row)}</span>
        ))}
      </div>
    </>
  );
}

/** Columns say their place; otherwise the first is the title and the first figure the figure. */
export function phonePlaces<Row>(columns: readonly Column<Row>[]): Map<string, PhonePlace> {
  const places = new Map<string, PhonePlace>();
  const titled = columns.some((column) => column.phone === "title");
  const figured = columns.some((column) => column.phone === "figure");
  let figure = figured;
  columns.forEach((column, index) => {
    if (column.phone !== undefined) {
      places.set(column.id, column.phone);
    } else if (!titled && index === 0) {
      places.set(column.id, "title");
    } else if (!figure && column.align === "right") {
      figure = true;
      places.set(column.id, "figure");
    } else {
      places.set(column.id, "note");
    }
  });
  return places;
}
