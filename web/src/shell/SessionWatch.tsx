import { useEffect, useRef, useState } from "react";
import { formatCountdown } from "@/format/time";
import { endSession, signOut, staySignedIn, useSessionUntil } from "@/session/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import styles from "./Overlays.module.css";

const WARN_MS = 2 * 60_000;
const ACTIVE_MS = 2 * 60_000;
const CHECK_MS = 1_000;

/**
 * Renews the session quietly for someone who is working, warns two minutes before the end for
 * someone who is not. Drafts stay in this tab.
 */
export default function SessionWatch() {
  const until = useSessionUntil();
  const lastAct = useRef(Date.now());
  const renewing = useRef(false);
  const [left, setLeft] = useState<number | null>(null);

  useEffect(() => {
    const note = () => {
      lastAct.current = Date.now();
    };
    addEventListener("pointerdown", note);
    addEventListener("keydown", note);
    return () => {
      removeEventListener("pointerdown", note);
      removeEventListener("keydown", note);
    };
  }, []);

  useEffect(() => {
    if (until === null) {
      setLeft(null);
      return;
    }
    const check = async () => {
      const rest = until - Date.now();
      if (rest > WARN_MS || renewing.current) {
        setLeft(null);
      } else if (Date.now() - lastAct.current < ACTIVE_MS || rest <= 0) {
        renewing.current = rest > 0 || Date.now() - lastAct.current < ACTIVE_MS;
        if (!renewing.current) {
          endSession();
          return;
        }
        const renewed = await staySignedIn();
        renewing.current = false;
        if (!renewed && rest <= 0) {
          endSession();
        }
      } else {
        setLeft(rest);
      }
    };
    void check();
    const timer = setInterval(() => void check(), CHECK_MS);
    return () => clearInterval(timer);
  }, [until]);

  return (
    <Dialog
      open={left !== null}
      onClose={() => void staySignedIn()}
      dismissable={false}
      title="You are about to be signed out"
      actions={
        <>
          <Button onPress={() => void signOut()}>Sign out now</Button>
          <Button kind="primary" autoFocus onPress={() => void staySignedIn()}>
            Stay signed in
          </Button>
        </>
      }
    >
      <span className={styles.countdown} role="timer">
        {formatCountdown(left ?? 0)}
      </span>
      <p>Nobody used this tab for a while. Drafts are kept; running jobs go on.</p>
    </Dialog>
  );
}
