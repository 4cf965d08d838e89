import type { Change } from "../api/types";
import { changeWords } from "../model/changes";
import { ScrollRegion } from "../shared/ScrollRegion";
import styles from "./Versions.module.css";

/** Every changed member with both values. */
export function StructureDiff({ changes }: { changes: readonly Change[] }) {
  return (
    <ScrollRegion className={styles.scroll} label="Changed objects">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => {
            const words = changeWords(change);
            return (
              <tr key={`${change.path}:${change.name}:${words.kind}`}>
                <th scope="row">
                  <code>{change.name}</code>
                </th>
                <td>
                  {words.before === null ? (
                    <span className={styles.dim}>not there</span>
                  ) : (
                    <del className={styles.before}>{words.before}</del>
                  )}
                </td>
                <td>
                  {words.after === null ? (
                    <span className={styles.dim}>removed</span>
                  ) : (
                    <ins className={styles.after}>{words.after}</ins>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
