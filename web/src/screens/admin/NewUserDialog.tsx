import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { createUser } from "@/api/platform";
import { asProblem, type Problem } from "@/api/problem";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";
import styles from "./Admin.module.css";
import { RolePicker } from "./RolePicker";
import { Secret } from "./Secret";

/** Makes an account; the answer is its one-time password. */
export function NewUserDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<string[]>(["viewer"]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const [missing, setMissing] = useState<string | null>(null);
  const fields = problem?.fieldErrors() ?? {};

  const create = async () => {
    setMissing(missingOf(email, roles));
    if (missingOf(email, roles) !== null) {
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const made = await createUser({ email: email.trim(), full_name: name.trim(), grants: roles });
      setPassword(made.one_time_password);
      await client.invalidateQueries({ queryKey: ["users"] });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };

  if (password !== null) {
    return (
      <Dialog
        open
        onClose={onClose}
        dismissable={false}
        title={`${email.trim()} can sign in`}
        actions={
          <Button kind="primary" onPress={onClose}>
            Done
          </Button>
        }
      >
        <Secret
          value={password}
          what="The one-time password must be changed at the first sign-in."
        />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="New user"
      actions={
        <>
          <Button onPress={onClose}>Discard</Button>
          <Button kind="primary" isPending={busy} onPress={() => void create()}>
            Create user
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {missing ? <Banner tone="bad">{missing}</Banner> : null}
        {problem ? <Banner tone="bad">{problem.detail || problem.title}</Banner> : null}
        <TextField
          label="Email"
          value={email}
          onChange={setEmail}
          error={fields.email}
          hint="The name to sign in with"
          autoFocus
        />
        <TextField label="Name" value={name} onChange={setName} error={fields.full_name} optional />
        <RolePicker roles={roles} onChange={setRoles} />
      </div>
    </Dialog>
  );
}

function missingOf(email: string, roles: readonly string[]): string | null {
  if (email.trim() === "") {
    return "Give the email the person signs in with.";
  }
  return roles.length === 0 ? "Choose at least one role; viewer only looks." : null;
}
