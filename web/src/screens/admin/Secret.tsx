import { Copy } from "lucide-react";
import { Button } from "@/ui/Button";
import { copyText } from "@/ui/copy";
import styles from "./Admin.module.css";

/** A secret that is shown once, with copy. */
export function Secret({ value, what }: { value: string; what: string }) {
  return (
    <>
      <p>{what} It is shown only now; write it down or hand it over before closing this window.</p>
      <div className={styles.secret}>{value}</div>
      <div className={styles.acts}>
        <Button icon={<Copy size={14} />} onPress={() => copyText(value)}>
          Copy
        </Button>
      </div>
    </>
  );
}
