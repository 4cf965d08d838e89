import { Plug, ShieldCheck, Zap } from "lucide-react";
import { cx } from "@/ui/cx";
import styles from "./EnvBadge.module.css";

const LOOKS = {
  LIVE: { Mark: Zap, look: styles.live, means: "orders reach the venue" },
  TESTNET: { Mark: Plug, look: styles.testnet, means: "orders reach the venue's test network" },
  PAPER: { Mark: ShieldCheck, look: undefined, means: "nothing leaves this machine" },
};

/** The environment: icon and word always; LIVE is solid red. */
export function EnvBadge({ mode }: { mode: string }) {
  const known = LOOKS[mode as keyof typeof LOOKS] ?? LOOKS.PAPER;
  return (
    <span className={cx(styles.env, known.look)}>
      <known.Mark size={12} aria-hidden />
      {mode}
      <span className="visually-hidden">environment, {known.means}</span>
    </span>
  );
}

/** The red frame of LIVE, above dialogs too. */
export function LiveFrame({ mode }: { mode: string }) {
  return mode === "LIVE" ? <div className={styles.liveFrame} aria-hidden="true" /> : null;
}
