import { Download, X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { csvOf, saveBlob } from "@/api/download";
import { counted, formatBytes } from "@/format/numbers";
import { useShortcuts } from "@/shell/shortcuts";
import { Button, IconButton } from "@/ui/Button";
import { SearchField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { type Column, exportRows } from "./columns";
import styles from "./DataTable.module.css";

export interface FilterToken {
  name: string;
  value: string;
  onDrop: () => void;
}

export interface FilterBarProps {
  /** Text search; `/` focuses it. */
  search?: {
    value: string;
    onChange: (value: string) => void;
    placeholder?: string;
    label?: string;
  };
  tokens?: readonly FilterToken[];
  onClear?: () => void;
  /** "18 of 240 users". */
  count?: ReactNode;
  /** Selects and other inputs that make tokens. */
  children?: ReactNode;
  end?: ReactNode;
}

/** Filters as tokens above a table, with counts. */
export function FilterBar({ search, tokens = [], onClear, count, children, end }: FilterBarProps) {
  const input = useRef<HTMLInputElement>(null);
  useShortcuts(
    search ? [{ keys: "/", text: "Focus the filter", run: () => input.current?.focus() }] : [],
  );
  return (
    <div className={styles.tools}>
      {search ? (
        <SearchField
          label={search.label ?? "Filter"}
          value={search.value}
          onChange={search.onChange}
          placeholder={search.placeholder}
          inputRef={input}
          keys="/"
        />
      ) : null}
      {children}
      {tokens.map((token) => (
        <Token key={`${token.name}:${token.value}`} {...token} />
      ))}
      {tokens.length > 0 && onClear ? (
        <Button small kind="quiet" onPress={onClear}>
          Clear filters
        </Button>
      ) : null}
      <div className={styles.toolsEnd}>
        {count}
        {end}
      </div>
    </div>
  );
}

/** One filter: name, value, and the way to drop it. */
export function Token({ name, value, onDrop }: FilterToken) {
  return (
    <span className={styles.token}>
      <span className={styles.tokenName}>{name}</span>
      <span className={styles.tokenValue}>{value}</span>
      <button
        type="button"
        className={styles.drop}
        aria-label={`Drop filter ${name} ${value}`}
        onClick={onDrop}
      >
        <X size={12} />
      </button>
    </span>
  );
}

/** Exports exactly the filtered rows, units in the head. */
export function ExportButton<Row>({
  columns,
  rows,
  fileName,
}: {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  fileName: string;
}) {
  const run = () => {
    const blob = new Blob([csvOf(exportRows(columns, rows))], { type: "text/csv" });
    saveBlob(blob, `${fileName}.csv`);
    toast({
      tone: "ok",
      text: `${counted(rows.length, "row")} exported`,
      detail: `${fileName}.csv, ${formatBytes(blob.size)}`,
    });
  };
  useShortcuts([{ keys: "e", text: "Export the table", run }]);
  return (
    <IconButton label="Export as CSV" keys="e" small onPress={run}>
      <Download size={14} />
    </IconButton>
  );
}
