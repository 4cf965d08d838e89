import { useMemo } from "react";
import { counted } from "@/format/numbers";
import { cx } from "@/ui/cx";
import { type DiffLine, folded } from "../model/diff";
import { ScrollRegion } from "../shared/ScrollRegion";
import styles from "./Diff.module.css";

const SIGNS = { same: " ", removed: "\u2212", added: "+" } as const;
const WORDS = { same: "", removed: "removed", added: "added" } as const;

/** Two texts line by line; long unchanged stretches are folded. */
export function LineDiff({ lines, label }: { lines: readonly DiffLine[]; label: string }) {
  const rows = useMemo(() => folded(lines), [lines]);
  return (
    <ScrollRegion className={styles.diff} label={label}>
      <table>
        <caption className="visually-hidden">{label}</caption>
        <tbody>
          {rows.map((row, index) =>
            row.kind === "gap" ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a comparison never move
              <tr key={index} className={styles.gap}>
                <td colSpan={4}>{counted(row.count, "unchanged line")}</td>
              </tr>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a comparison never move
              <tr key={index} className={cx(styles.line, styles[row.kind])}>
                <td className={styles.number}>{row.left}</td>
                <td className={styles.number}>{row.right}</td>
                <td className={styles.sign}>
                  <span aria-hidden="true">{SIGNS[row.kind]}</span>
                  <span className="visually-hidden">{WORDS[row.kind]}</span>
                </td>
                <td className={styles.code}>{row.text || " "}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
      {rows.length === 0 || lines.every((line) => line.kind === "same") ? (
        <p className={styles.none}>The texts are the same.</p>
      ) : null}
    </ScrollRegion>
  );
}
