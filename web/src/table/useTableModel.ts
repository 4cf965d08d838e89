/** Sorting, visibility and sizes of the columns, through TanStack Table. */
import {
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  type SortFn,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useEffect, useMemo, useState } from "react";
import { type CellValue, type Column, compareValues, type SortKey } from "./columns";

const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
  sortedRowModel: createSortedRowModel(),
});

const byValue: SortFn<typeof features, object> = (left, right, id) =>
  compareValues(left.getValue<CellValue>(id), right.getValue<CellValue>(id));

interface Kept {
  hidden: Record<string, boolean>;
  sizes: Record<string, number>;
}

function readKept(name: string | undefined): Kept {
  try {
    const text = name === undefined ? null : localStorage.getItem(`quintet.table.${name}`);
    return text === null ? { hidden: {}, sizes: {} } : (JSON.parse(text) as Kept);
  } catch {
    return { hidden: {}, sizes: {} };
  }
}

export interface ModelOptions<Row extends object> {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  sort?: readonly SortKey[];
  onSort?: (sort: SortKey[]) => void;
  /** The server has sorted already. */
  serverSort?: boolean;
  /** Under this name the columns are remembered for the person. */
  name?: string;
}

export function useTableModel<Row extends object>(options: ModelOptions<Row>) {
  const { columns, rows, rowId, sort, onSort, serverSort, name } = options;
  const [ownSort, setOwnSort] = useState<SortKey[]>(() => [...(sort ?? [])]);
  const sorting = onSort ? [...(sort ?? [])] : ownSort;
  const [kept] = useState(() => readKept(name));
  const [visible, setVisible] = useState<Record<string, boolean>>(() =>
    Object.fromEntries(
      columns.map((column) => [
        column.id,
        kept.hidden[column.id] === undefined ? !column.hidden : !kept.hidden[column.id],
      ]),
    ),
  );
  const [sizes, setSizes] = useState<Record<string, number>>(kept.sizes);
  useEffect(() => {
    if (name !== undefined) {
      const hidden = Object.fromEntries(Object.entries(visible).map(([id, on]) => [id, !on]));
      localStorage.setItem(`quintet.table.${name}`, JSON.stringify({ hidden, sizes }));
    }
  }, [name, visible, sizes]);

  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (row: Row) => column.value(row) ?? undefined,
        enableSorting: column.sortable !== false,
        sortFn: byValue as never,
        sortUndefined: "last" as const,
        size: column.width ?? 120,
        minSize: 48,
      })),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable<typeof features, Row>({
    features,
    columns: definitions,
    data,
    getRowId: rowId,
    manualSorting: serverSort ?? false,
    enableMultiSort: true,
    columnResizeMode: "onChange",
    state: { sorting, columnVisibility: visible, columnSizing: sizes },
    onSortingChange: (update) => {
      const next = typeof update === "function" ? update(sorting) : update;
      (onSort ?? setOwnSort)(next.map(({ id, desc }) => ({ id, desc })));
    },
    onColumnVisibilityChange: (update) =>
      setVisible((before) => (typeof update === "function" ? update(before) : update)),
    onColumnSizingChange: (update) =>
      setSizes((before) => (typeof update === "function" ? update(before) : update)),
  });
  const shown = columns.filter((column) => visible[column.id] ?? !column.hidden);
  const ordered = table.getRowModel().rows.map((row) => row.original);
  const template = shown
    .map((column) => {
      const size = sizes[column.id];
      const least = column.width ?? 120;
      return size === undefined && column.grow ? `minmax(${least}px, 1fr)` : `${size ?? least}px`;
    })
    .join(" ");
  return { table, shown, ordered, sorting, template, visible, setVisible, sizes };
}

export type TableModel<Row extends object> = ReturnType<typeof useTableModel<Row>>;
