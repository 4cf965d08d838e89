import { KeyRound, LogOut } from "lucide-react";
import { signOut, useMe } from "@/session/session";
import text from "@/styles/text.module.css";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { cx } from "@/ui/cx";
import { Drawer } from "@/ui/Dialog";
import { KeyValues } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Segmented } from "@/ui/Segmented";
import styles from "./Overlays.module.css";
import { closeOverlay, openOverlay } from "./overlays";
import { setPref, usePrefs } from "./prefs";

/** Who is signed in, with which roles, and the personal settings of this browser. */
export default function AccountDrawer() {
  const me = useMe();
  const { theme, density, direction, singleKeys } = usePrefs();
  return (
    <Drawer open onClose={closeOverlay} title={me?.full_name || me?.email || "Account"}>
      <div className={cx(styles.scroll, styles.padded)}>
        <KeyValues
          rows={[
            ["Email", me?.email ?? ""],
            [
              "Roles",
              <span
                key="roles"
                className={cx(text.row, text.wrap)}
                style={{ justifyContent: "end" }}
              >
                {me?.grants.map((role) => (
                  <Chip key={role}>{role}</Chip>
                ))}
              </span>,
            ],
          ]}
        />
        <div className={styles.rule} />
        <div className={styles.setting}>
          Theme
          <Segmented
            label="Theme"
            value={theme}
            onChange={(value) => setPref("theme", value)}
            options={[
              { value: "dark", text: "Dark" },
              { value: "light", text: "Light" },
              { value: "system", text: "System" },
            ]}
          />
        </div>
        <div className={styles.setting}>
          Rows
          <Segmented
            label="Rows"
            value={density}
            onChange={(value) => setPref("density", value)}
            options={[
              { value: "dense", text: "Dense" },
              { value: "comfortable", text: "Comfortable" },
            ]}
          />
        </div>
        <div className={styles.setting}>
          Gain and loss
          <Segmented
            label="Colours of gain and loss"
            value={direction}
            onChange={(value) => setPref("direction", value)}
            options={[
              { value: "teal", text: "Teal, vermilion" },
              { value: "blue-orange", text: "Blue, orange" },
              { value: "red-up", text: "Red up" },
            ]}
          />
        </div>
        <Checkbox
          isSelected={singleKeys === "on"}
          onChange={(on) => setPref("singleKeys", on ? "on" : "off")}
        >
          Single-letter keys
        </Checkbox>
        <div className={styles.rule} />
        <div className={cx(text.row, text.wrap)}>
          <Button icon={<KeyRound size={14} />} onPress={() => openOverlay("password")}>
            Change password…
          </Button>
          <Button icon={<LogOut size={14} />} onPress={() => void signOut()}>
            Sign out
          </Button>
        </div>
      </div>
    </Drawer>
  );
}
