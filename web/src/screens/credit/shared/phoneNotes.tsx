import { useMemo } from "react";
import { usePhone } from "@/shell/media";
import type { Column } from "@/table/columns";

/** On a phone the heads are gone: figures on the second line then carry their name. */
export function usePhoneNotes<Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const phone = usePhone();
  return useMemo(() => (phone ? columns.map(named) : columns), [columns, phone]);
}

function named<Row>(column: Column<Row>): Column<Row> {
  if (column.phone !== "note" || column.align !== "right") {
    return column;
  }
  return {
    ...column,
    cell: (row) => {
      const shown = column.cell ? column.cell(row) : column.value(row);
      return shown === null || shown === undefined ? null : (
        <>
          {column.head} {shown}
        </>
      );
    },
  };
}
