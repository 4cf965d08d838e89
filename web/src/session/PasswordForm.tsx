import { type FormEvent, useState } from "react";
import { changePassword } from "@/api/platform";
import { asProblem } from "@/api/problem";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/TextField";
import styles from "./PasswordForm.module.css";

const SHORTEST = 12;

/** Current and new password; the server has the last word on what is strong enough. */
export function PasswordForm({ onDone, current }: { onDone: () => void; current?: string }) {
  const [old, setOld] = useState(current ?? "");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [fields, setFields] = useState<Record<string, string>>({});

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(null);
    const found = check(old, fresh, again);
    setFields(found);
    if (Object.keys(found).length > 0) {
      return;
    }
    setBusy(true);
    try {
      await changePassword(old, fresh);
      onDone();
    } catch (error) {
      const problem = asProblem(error);
      setFields(problem.fieldErrors());
      setFailure(problem.detail || problem.title);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      {failure ? <Banner tone="bad">{failure}</Banner> : null}
      {current === undefined ? (
        <TextField
          label="Current password"
          type="password"
          autoComplete="current-password"
          value={old}
          onChange={setOld}
          error={fields.current_password}
          autoFocus
        />
      ) : null}
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        value={fresh}
        onChange={setFresh}
        error={fields.new_password}
        hint={`At least ${SHORTEST} characters`}
        autoFocus={current !== undefined}
      />
      <TextField
        label="New password again"
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={setAgain}
        error={fields.again}
      />
      <Button kind="primary" type="submit" isPending={busy}>
        Change password
      </Button>
    </form>
  );
}

function check(old: string, fresh: string, again: string): Record<string, string> {
  const found: Record<string, string> = {};
  if (old === "") {
    found.current_password = "Give the current password";
  }
  if (fresh.length < SHORTEST) {
    found.new_password = `Has ${fresh.length} characters, needs at least ${SHORTEST}`;
  } else if (fresh === old) {
    found.new_password = "Must differ from the current password";
  }
  if (again !== fresh) {
    found.again = "Differs from the new password";
  }
  return found;
}
