/** The versions of a profile, and what each one changed. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { counted } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Instant } from "@/ui/Figures";
import { Segmented } from "@/ui/Segmented";
import { Loaded } from "@/ui/States";
import { profileVersionsQuery } from "../api/queries";
import type { Profile, ProfileFields, ProfileVersion } from "../api/records";
import { usePerson } from "../shared/person";
import styles from "./Configuration.module.css";
import { differences, LABELS } from "./model/fields";
import { valueWords } from "./model/words";

export interface HistoryProps {
  profile: Profile;
  onClose: () => void;
  /** Puts an old version into the form, unsaved. */
  onTake: (version: ProfileVersion) => void;
}

export function HistoryDialog({ profile, onClose, onTake }: HistoryProps) {
  const query = useQuery(profileVersionsQuery(profile.id));
  return (
    <Dialog open onClose={onClose} title={`Versions of ${profile.name}`} width={860}>
      <Loaded query={query} what="The versions">
        {(page) => <Versions versions={page.items} present={profile} onTake={onTake} />}
      </Loaded>
    </Dialog>
  );
}

function Versions({
  versions,
  present,
  onTake,
}: {
  versions: readonly ProfileVersion[];
  present: Profile;
  onTake: (version: ProfileVersion) => void;
}) {
  const person = usePerson();
  const [chosen, setChosen] = useState(versions[0]?.version ?? 0);
  const [against, setAgainst] = useState<"before" | "now">("before");
  const at = versions.findIndex((one) => one.version === chosen);
  const version = versions[at];
  if (version === undefined) {
    return null;
  }
  const before = versions[at + 1];
  const other = against === "now" ? present : before?.profile;
  return (
    <div className={styles.history}>
      <ul className={styles.versions}>
        {versions.map((one, k) => {
          const older = versions[k + 1];
          return (
            <li key={one.version}>
              <button
                type="button"
                className={styles.version}
                aria-current={one.version === chosen}
                onClick={() => setChosen(one.version)}
              >
                <strong>
                  Version {one.version}
                  {one.version === present.version ? ", now" : ""}
                </strong>
                <span>
                  <Instant at={one.changed_at} zone="IST" /> IST
                </span>
                <span>
                  {person(one.changed_by)},{" "}
                  {older === undefined
                    ? "as created"
                    : counted(differences(older.profile, one.profile).length, "value")}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <div className={styles.compare}>
        <Segmented
          label="Compare with"
          options={[
            { value: "before", text: "What it changed" },
            { value: "now", text: "Against now" },
          ]}
          value={against}
          onChange={setAgainst}
        />
        {other === undefined ? (
          <p className={styles.note}>This is how the profile was created.</p>
        ) : against === "now" ? (
          <Differences from={version.profile} to={other} heads={[`Version ${chosen}`, "Now"]} />
        ) : (
          <Differences
            from={other}
            to={version.profile}
            heads={[`Version ${before?.version}`, `Version ${chosen}`]}
          />
        )}
        {version.version === present.version ? null : (
          <Button onPress={() => onTake(version)}>
            Put version {version.version} into the form
          </Button>
        )}
      </div>
    </div>
  );
}

/** Field by field, the old value and the new one. */
export function Differences({
  from,
  to,
  heads,
}: {
  from: ProfileFields;
  to: ProfileFields;
  heads: readonly [string, string];
}) {
  const names = differences(from, to);
  if (names.length === 0) {
    return <p className={styles.note}>No value differs.</p>;
  }
  return (
    <table className={styles.diff}>
      <caption className="visually-hidden">Values that differ</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">{heads[0]}</th>
          <th scope="col">{heads[1]}</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{LABELS[name]}</th>
            <td>
              <del>{valueWords(name, from)}</del>
            </td>
            <td>
              <ins>{valueWords(name, to)}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
