import type { ReactNode } from "react";

export type CellValue = string | number | null | undefined;

/** Where a column goes below 720 px: first line left, first line right, second line, or nowhere. */
export type PhonePlace = "title" | "figure" | "note" | "hide";

export interface Column<Row> {
  id: string;
  /** The head, with the unit where it has one: "Balance, USD million". */
  head: string;
  /** What sorting, export and the default cell use. */
  value: (row: Row) => CellValue;
  /** What is shown instead of the value. */
  cell?: (row: Row) => ReactNode;
  /** Figures are right. */
  align?: "left" | "right";
  /** Pixels; a column that grows takes this as its least width. */
  width?: number;
  grow?: boolean;
  sortable?: boolean;
  /** Stays at the left edge; only for the first columns. */
  frozen?: boolean;
  /** Hidden until it is chosen in the column menu. */
  hidden?: boolean;
  phone?: PhonePlace;
  /** Written instead of the value in the export. */
  exported?: (row: Row) => CellValue;
  /** The cell of the total row. */
  total?: ReactNode;
}

export interface SortKey {
  id: string;
  desc: boolean;
}

/** "name,-size" in the address. */
export function sortToText(sort: readonly SortKey[]): string {
  return sort.map((key) => (key.desc ? `-${key.id}` : key.id)).join(",");
}

export function sortFromText(text: string | undefined): SortKey[] {
  return (text ?? "")
    .split(",")
    .filter((part) => part !== "")
    .map((part) =>
      part.startsWith("-") ? { id: part.slice(1), desc: true } : { id: part, desc: false },
    );
}

/** The head and the rows of an export: exactly what is filtered, in the shown order. */
export function exportRows<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): CellValue[][] {
  const head = columns.map((column) => column.head);
  const body = rows.map((row) =>
    columns.map((column) => (column.exported ?? column.value)(row) ?? ""),
  );
  return [head, ...body];
}

/** Orders numbers as numbers, text by its natural order; what is missing comes last. */
export function compareValues(left: CellValue, right: CellValue): number {
  if (left === null || left === undefined) {
    return right === null || right === undefined ? 0 : 1;
  }
  if (right === null || right === undefined) {
    return -1;
  }
  if (typeof left === "number" && typeof right === "number") {
    return left - right;
  }
  return String(left).localeCompare(String(right), "en", { numeric: true });
}
