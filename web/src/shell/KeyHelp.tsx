import { Fragment } from "react";
import { Checkbox } from "@/ui/Checkbox";
import { Dialog } from "@/ui/Dialog";
import styles from "./Overlays.module.css";
import { closeOverlay } from "./overlays";
import { setPref, usePrefs } from "./prefs";
import { type Shortcut, shownKeys, useRegisteredShortcuts } from "./shortcuts";

const IN_TABLES: Shortcut[] = [
  { keys: "\u2191 \u2193", text: "Move the cursor (also j k)", run: () => undefined },
  { keys: "Home End", text: "First and last row", run: () => undefined },
  { keys: "Enter", text: "Open the row", run: () => undefined },
  { keys: "x", text: "Select the row", run: () => undefined },
];
const IN_CHARTS: Shortcut[] = [
  { keys: "\u2190 \u2192", text: "Move the cross-hair, with Shift by ten", run: () => undefined },
  { keys: "Home End", text: "First and last point", run: () => undefined },
  { keys: "Esc", text: "Leave the cross-hair, reset the zoom", run: () => undefined },
];

/** The keys that hold now, by place. */
export default function KeyHelp() {
  const shortcuts = useRegisteredShortcuts();
  const { singleKeys } = usePrefs();
  const scopes = new Map<string, Shortcut[]>();
  for (const one of shortcuts) {
    const scope = one.scope ?? "This screen";
    scopes.set(scope, [...(scopes.get(scope) ?? []), one]);
  }
  scopes.set("In tables", IN_TABLES);
  scopes.set("In charts", IN_CHARTS);
  return (
    <Dialog open onClose={closeOverlay} title="Keys" width={480}>
      <div className={styles.keys}>
        {[...scopes].map(([scope, list]) => (
          <Fragment key={scope}>
            <h3>{scope}</h3>
            {list.map((one) => (
              <Fragment key={`${one.keys}${one.text}`}>
                <span>{one.text}</span>
                <Keys keys={one.keys} />
              </Fragment>
            ))}
          </Fragment>
        ))}
      </div>
      <Checkbox
        isSelected={singleKeys === "on"}
        onChange={(on) => setPref("singleKeys", on ? "on" : "off")}
      >
        Single-letter keys
      </Checkbox>
    </Dialog>
  );
}

function Keys({ keys }: { keys: string }) {
  const parts = /^[a-zA-Z?]( |$)/.test(keys) ? shownKeys(keys).split(" then ") : [shownKeys(keys)];
  return (
    <span className={styles.keySet}>
      {parts.map((part, index) => (
        <Fragment key={part}>
          {index > 0 ? "then" : null}
          <kbd>{part.replaceAll(" then ", " ")}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
