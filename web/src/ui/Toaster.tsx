import { CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button, IconButton, TextLink } from "./Button";
import { cx } from "./cx";
import styles from "./Toast.module.css";
import { closeToast, shownToasts, subscribeToasts } from "./toasts";

const MARKS = { ok: CircleCheck, bad: TriangleAlert, info: Info };

/** The region of the toasts, once in the shell. */
export function Toaster() {
  const toasts = useSyncExternalStore(subscribeToasts, shownToasts);
  return (
    <section className={styles.region} aria-label="Messages" aria-live="polite">
      {toasts.map((one) => {
        const Mark = MARKS[one.tone];
        return (
          <div key={one.id} className={cx(styles.toast, styles[one.tone])}>
            <Mark size={16} aria-hidden />
            <span className={styles.text}>
              {one.text}
              {one.detail ? <span className={styles.detail}>{one.detail}</span> : null}
            </span>
            {one.link ? (
              <TextLink to={one.link.to} search={one.link.search}>
                {one.link.text}
              </TextLink>
            ) : null}
            {one.act ? (
              <Button
                small
                onPress={() => {
                  one.act?.onAct();
                  closeToast(one.id);
                }}
              >
                {one.act.text}
              </Button>
            ) : null}
            <IconButton label="Dismiss" small onPress={() => closeToast(one.id)}>
              <X size={14} />
            </IconButton>
          </div>
        );
      })}
    </section>
  );
}
