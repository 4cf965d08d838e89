import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useId, useRef } from "react";
import { counted } from "@/format/numbers";
import { usePhone } from "@/shell/media";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { cx } from "@/ui/cx";
import { InGrid } from "@/ui/Figures";
import { ColumnMenu } from "./ColumnMenu";
import { DesktopCells, PhoneRow } from "./cells";
import type { Column, SortKey } from "./columns";
import styles from "./DataTable.module.css";
import { Head } from "./Head";
import { useGridKeys } from "./useGridKeys";
import { useTableModel } from "./useTableModel";

const VIRTUAL_FROM = 200;

export interface TableParts<Row> {
  menu: ReactNode;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
}

export interface DataTableProps<Row extends object> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** Remembers columns and sizes for the person under this name. */
  name?: string;
  sort?: readonly SortKey[];
  /** With this the order is the caller's (keep it in the address). */
  onSort?: (sort: SortKey[]) => void;
  serverSort?: boolean;
  onOpen?: (row: Row) => void;
  /** The row whose detail is open. */
  openId?: string | null;
  selection?: ReadonlySet<string>;
  onSelection?: (ids: Set<string>) => void;
  /** The row under the shared cross-hair, and the way back. */
  markedId?: string | null;
  onMark?: (row: Row | null) => void;
  /** The cursor moved: the docked inspector follows. */
  onCursor?: (row: Row) => void;
  dense?: boolean;
  /** Takes the height that is left; otherwise as high as its rows. */
  fill?: boolean;
  busy?: boolean;
  empty?: ReactNode;
  /** The bar above the grid; gets the column menu and what is shown, for the export. */
  tools?: (parts: TableParts<Row>) => ReactNode;
  more?: { has: boolean; loading: boolean; load: () => void; total?: number | null };
}

/** An ARIA grid with sorting, frozen columns, resizing, virtual rows and a row cursor. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, rowId, onOpen, openId, selection, onSelection, markedId, onMark, empty, more } =
    props;
  const model = useTableModel(props);
  const { ordered, shown, template } = model;
  const phone = usePhone();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = ordered.length > VIRTUAL_FROM && props.fill === true;
  const virtualizer = useVirtualizer({
    count: virtual ? ordered.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => (phone ? 54 : props.dense ? 26 : 31),
    overscan: 12,
  });
  const selecting = selection !== undefined && onSelection !== undefined;
  const toggle = (row: Row) => {
    if (selecting) {
      const next = new Set(selection);
      if (!next.delete(rowId(row))) {
        next.add(rowId(row));
      }
      onSelection(next);
    }
  };
  const at = (index: number, act?: (row: Row) => void) => {
    const row = ordered[index];
    if (row !== undefined) {
      act?.(row);
    }
  };
  const keys = useGridKeys({
    count: ordered.length,
    onOpen: (index) => at(index, onOpen),
    onSelect: selecting ? (index) => at(index, toggle) : undefined,
    onMove: (index) => {
      at(index, props.onCursor);
      if (virtual) {
        virtualizer.scrollToIndex(index);
      } else {
        document.getElementById(`${id}-${index}`)?.scrollIntoView({ block: "nearest" });
      }
    },
  });

  const columnsStyle = { "--columns": selecting ? `36px ${template}` : template } as CSSProperties;
  const renderRow = (row: Row, index: number, style?: CSSProperties) => {
    const key = rowId(row);
    const chosen = selection?.has(key) ?? false;
    const common = {
      id: `${id}-${index}`,
      role: "row",
      "aria-rowindex": index + 2,
      "aria-selected": selecting ? chosen : openId === key,
      style,
      className: cx(
        phone ? styles.phoneRow : styles.row,
        phone && selecting && styles.withSelect,
        onOpen && styles.opens,
        (chosen || openId === key) && styles.selected,
        markedId === key && styles.marked,
        keys.cursor === index && styles.cursor,
      ),
      onPointerEnter: onMark ? () => onMark(row) : undefined,
      onClick: (event: React.MouseEvent) => {
        const inner = (event.target as HTMLElement).closest("a, button, input, label");
        if (inner === null || inner === event.currentTarget) {
          keys.setCursor(index);
          onOpen?.(row);
        }
      },
    };
    const select = selecting ? (
      <Checkbox
        aria-label="Select row"
        isSelected={chosen}
        onChange={() => toggle(row)}
        excludeFromTabOrder
      />
    ) : null;
    return (
      // biome-ignore lint/a11y/useFocusableInteractive: the grid keeps the focus and names the active row
      <div key={key} {...common} role="row">
        {phone ? (
          <PhoneRow columns={shown} row={row} select={select} />
        ) : (
          <DesktopCells columns={shown} row={row} select={select} sizes={model.sizes} />
        )}
      </div>
    );
  };

  const menu = phone ? null : (
    <ColumnMenu columns={props.columns} shown={model.visible} onChange={model.setVisible} />
  );
  const items = virtualizer.getVirtualItems();
  const allChosen =
    selecting && ordered.length > 0 && ordered.every((row) => selection.has(rowId(row)));
  return (
    <InGrid value={true}>
      <div className={cx(styles.frame, props.dense && styles.dense, !props.fill && styles.flow)}>
        {props.tools?.({ menu, columns: shown, rows: ordered })}
        <div
          ref={scroller}
          className={styles.scroller}
          onPointerLeave={onMark ? () => onMark(null) : undefined}
        >
          {props.busy ? <div className={styles.bar} /> : null}
          <div
            className={styles.table}
            style={columnsStyle}
            role="grid"
            aria-label={label}
            aria-rowcount={ordered.length + 1}
            aria-colcount={shown.length + (selecting ? 1 : 0)}
            aria-multiselectable={selecting || undefined}
            aria-busy={props.busy || undefined}
            aria-activedescendant={keys.cursor >= 0 ? `${id}-${keys.cursor}` : undefined}
            tabIndex={0}
            onKeyDown={keys.onKeyDown}
          >
            <Head
              model={model}
              phone={phone}
              select={
                selecting ? (
                  <Checkbox
                    aria-label="Select all rows"
                    isSelected={allChosen}
                    isIndeterminate={!allChosen && selection.size > 0}
                    onChange={(on) => onSelection(on ? new Set(ordered.map(rowId)) : new Set())}
                  />
                ) : null
              }
            />
            {virtual ? (
              <div
                role="presentation"
                style={{ height: virtualizer.getTotalSize(), position: "relative" }}
              >
                {items.map((item) => {
                  const row = ordered[item.index];
                  return row === undefined
                    ? null
                    : renderRow(row, item.index, {
                        position: "absolute",
                        left: 0,
                        right: 0,
                        height: item.size,
                        transform: `translateY(${item.start}px)`,
                      });
                })}
              </div>
            ) : (
              ordered.map((row, index) => renderRow(row, index))
            )}
          </div>
          {ordered.length === 0 && !props.busy ? empty : null}
        </div>
        {more && (more.has || more.total) ? (
          <div className={styles.more}>
            {more.total
              ? `${ordered.length.toLocaleString("en")} of ${counted(more.total, "row")}`
              : counted(ordered.length, "row")}
            {more.has ? (
              <Button small isPending={more.loading} onPress={more.load}>
                Load more
              </Button>
            ) : null}
          </div>
        ) : null}
      </div>
    </InGrid>
  );
}
