/** Somebody saved while this person was editing: both versions are shown, none is overwritten. */
import { useState } from "react";
import { counted } from "@/format/numbers";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import type { Profile, ProfileFields } from "../api/records";
import styles from "./Configuration.module.css";
import { differences, LABELS, rebased } from "./model/fields";
import { valueWords } from "./model/words";

export interface ConflictProps {
  /** The version that was being edited, and what was made of it. */
  baseVersion: number;
  base: ProfileFields;
  mine: ProfileFields;
  /** What is stored now. */
  theirs: Profile;
  onRebase: (fields: ProfileFields) => void;
  onTakeTheirs: () => void;
}

export function ConflictBanner(props: ConflictProps) {
  const { baseVersion, theirs, onTakeTheirs } = props;
  const [shown, setShown] = useState(false);
  return (
    <>
      <Banner
        tone="warn"
        title={`Version ${theirs.version} was saved while you were editing version ${baseVersion}.`}
        actions={<Button onPress={() => setShown(true)}>Compare…</Button>}
      >
        Nothing of it is overwritten. Compare both before you save.
      </Banner>
      {shown ? (
        <Dialog
          open
          onClose={() => setShown(false)}
          title="Two versions of this profile"
          width={760}
          actions={
            <>
              <Button
                onPress={() => {
                  setShown(false);
                  onTakeTheirs();
                }}
              >
                Drop my changes
              </Button>
              <Button
                kind="primary"
                autoFocus
                onPress={() => {
                  setShown(false);
                  props.onRebase(rebased(props.base, props.mine, theirs).fields);
                }}
              >
                Lay my changes over version {theirs.version}
              </Button>
            </>
          }
        >
          <Compare {...props} />
        </Dialog>
      ) : null}
    </>
  );
}

function Compare({ base, baseVersion, mine, theirs }: ConflictProps) {
  const { both } = rebased(base, mine, theirs);
  const names = [...new Set([...differences(base, theirs), ...differences(base, mine)])];
  return (
    <div className={styles.stack}>
      <p>
        {both.length === 0
          ? "No value was changed by both."
          : `${counted(both.length, "value")} changed by both; there yours would stand.`}{" "}
        Your changes stay in the form and are saved only when you press Save.
      </p>
      <table className={styles.diff}>
        <caption className="visually-hidden">What each version changed</caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Version {baseVersion}</th>
            <th scope="col">Version {theirs.version}</th>
            <th scope="col">Yours</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const was = valueWords(name, base);
            const cells = [valueWords(name, theirs), valueWords(name, mine)];
            return (
              <tr key={name} className={both.includes(name) ? styles.clash : undefined}>
                <th scope="row">
                  {LABELS[name]}
                  {both.includes(name) ? " (both)" : ""}
                </th>
                <td>{was}</td>
                {cells.map((text, k) => (
                  <td key={k === 0 ? "theirs" : "mine"}>
                    {text === was ? (
                      <span className={styles.dim}>as before</span>
                    ) : (
                      <span className={styles.fresh}>{text}</span>
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
