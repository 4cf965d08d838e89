import { Ban, RotateCcw } from "lucide-react";
import { formatCount } from "@/format/numbers";
import type { Column } from "@/table/columns";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Severity, type SeverityLevel } from "@/ui/Marks";
import { TextField } from "@/ui/TextField";
import type { IssueSeverity, RowIssue } from "../api/types";
import { issueKey } from "./RowsStep";
import styles from "./Upload.module.css";

const LEVELS: Record<IssueSeverity, SeverityLevel> = {
  error: "high",
  warning: "medium",
  closed: "info",
};
const WORDS: Record<IssueSeverity, string> = {
  error: "not in the pool",
  warning: "in the pool",
  closed: "loan gone",
};

export interface IssueActs {
  fixes: ReadonlyMap<string, string>;
  out: ReadonlySet<number>;
  onFix: (issue: RowIssue, value: string) => void;
  onExclude: (row: number) => void;
}

/** Row, column, what is wrong and how to correct it, with the new value beside the old one. */
export function issueColumns({ fixes, out, onFix, onExclude }: IssueActs): Column<RowIssue>[] {
  return [
    {
      id: "row",
      head: "Row",
      value: (issue) => issue.row,
      cell: (issue) => (
        <span className={cx(out.has(issue.row) && styles.gone)}>{formatCount(issue.row)}</span>
      ),
      align: "right",
      width: 72,
      phone: "title",
    },
    {
      id: "column",
      head: "Column",
      value: (issue) => issue.column ?? issue.field,
      cell: (issue) => (
        <span className={styles.value}>{issue.column ?? issue.field ?? "whole row"}</span>
      ),
      width: 170,
      phone: "note",
    },
    {
      id: "code",
      head: "Code",
      value: (issue) => issue.code,
      cell: (issue) => (
        <span className={styles.fits}>
          <Severity level={LEVELS[issue.severity]} />
          {issue.code.replaceAll("_", " ")}
        </span>
      ),
      exported: (issue) => issue.code,
      width: 150,
      phone: "figure",
    },
    {
      id: "value",
      head: "Value",
      value: (issue) => issue.value,
      cell: (issue) => <span className={styles.value}>{issue.value || "empty"}</span>,
      width: 110,
      phone: "note",
    },
    {
      id: "fix",
      head: "New value",
      value: (issue) => fixes.get(issueKey(issue)) ?? null,
      cell: (issue) =>
        issue.severity === "error" && (issue.column ?? issue.field) && !out.has(issue.row) ? (
          <TextField
            label={`New value of ${issue.column ?? issue.field} in row ${issue.row}`}
            hideLabel
            changed={fixes.has(issueKey(issue))}
            value={fixes.get(issueKey(issue)) ?? ""}
            onChange={(value) => onFix(issue, value)}
          />
        ) : null,
      width: 124,
      sortable: false,
      phone: "note",
    },
    {
      id: "message",
      head: "What is wrong and how to correct it",
      value: (issue) => issue.message,
      cell: (issue) => <span className={styles.message}>{issue.message}</span>,
      width: 260,
      grow: true,
      sortable: false,
      phone: "note",
    },
    {
      id: "state",
      head: "Now",
      value: (issue) => (out.has(issue.row) ? "left out" : WORDS[issue.severity]),
      width: 112,
      phone: "hide",
    },
    {
      id: "acts",
      head: "",
      value: () => null,
      cell: (issue) =>
        issue.severity === "closed" ? null : (
          <IconButton
            label={out.has(issue.row) ? `Take row ${issue.row} back` : `Leave out row ${issue.row}`}
            small
            onPress={() => onExclude(issue.row)}
          >
            {out.has(issue.row) ? <RotateCcw size={14} /> : <Ban size={14} />}
          </IconButton>
        ),
      width: 48,
      sortable: false,
      phone: "note",
    },
  ];
}
