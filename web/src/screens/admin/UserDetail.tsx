import { useQueryClient } from "@tanstack/react-query";
import { KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import { deleteUser, resetPassword, updateUser } from "@/api/platform";
import { asProblem, type Problem } from "@/api/problem";
import type { User } from "@/api/schema";
import { useMe } from "@/session/session";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { AlertDialog, Dialog } from "@/ui/Dialog";
import { Id, Instant, KeyValues } from "@/ui/Figures";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import styles from "./Admin.module.css";
import { RolePicker } from "./RolePicker";
import { Secret } from "./Secret";

/** One account: name, roles, state, password, deletion. */
export function UserDetail({ user, onDeleted }: { user: User; onDeleted: () => void }) {
  const client = useQueryClient();
  const me = useMe();
  const [name, setName] = useState(user.full_name);
  const [roles, setRoles] = useState(user.grants);
  const [active, setActive] = useState(user.is_active);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asking, setAsking] = useState<"delete" | "reset" | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const own = me?.id === user.id;
  const reload = () => client.invalidateQueries({ queryKey: ["users"] });
  const changes = [
    name !== user.full_name,
    [...roles].sort().join() !== [...user.grants].sort().join(),
    active !== user.is_active,
  ].filter(Boolean).length;

  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await updateUser(user, { full_name: name.trim(), grants: roles, is_active: active });
      toast({ tone: "ok", text: `${user.email} saved` });
      await reload();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const conflict = problem?.status === 409 || problem?.status === 412;

  return (
    <>
      {problem ? (
        <Banner
          tone="bad"
          title={conflict ? "Someone changed this account meanwhile." : undefined}
          actions={
            conflict ? (
              <Button small onPress={() => void reload()}>
                Show the newer version
              </Button>
            ) : undefined
          }
        >
          {conflict ? "Nothing was saved." : problem.detail || problem.title}
        </Banner>
      ) : null}
      <TextField label="Name" value={name} onChange={setName} changed={name !== user.full_name} />
      <RolePicker roles={roles} onChange={setRoles} />
      <Checkbox isSelected={active} onChange={setActive} isDisabled={own}>
        May sign in
      </Checkbox>
      <div className={styles.acts}>
        <Button
          kind="primary"
          isPending={busy}
          isDisabled={changes === 0}
          onPress={() => void save()}
        >
          {changes === 0 ? "No change to save" : "Save changes"}
        </Button>
        {changes > 0 ? (
          <Button
            onPress={() => {
              setName(user.full_name);
              setRoles(user.grants);
              setActive(user.is_active);
            }}
          >
            Discard
          </Button>
        ) : null}
      </div>
      <KeyValues
        rows={[
          ["Email", user.email],
          ["Id", <Id key="id" value={user.id} copy />],
          ["Created, UTC", <Instant key="created" at={user.created_at} />],
          ["Last sign-in, UTC", <Instant key="last" at={user.last_login_at} />],
          ["Changed, UTC", <Instant key="changed" at={user.updated_at} />],
          ["Version", user.version],
        ]}
      />
      <div className={styles.danger}>
        <Button icon={<KeyRound size={14} />} onPress={() => setAsking("reset")}>
          Reset password…
        </Button>
        <Button
          kind="dangerOutline"
          icon={<Trash2 size={14} />}
          isDisabled={own}
          onPress={() => setAsking("delete")}
        >
          {own ? "This is your account" : "Delete user…"}
        </Button>
      </div>
      <AlertDialog
        open={asking === "reset"}
        onClose={() => setAsking(null)}
        title={`Reset the password of ${user.email}`}
        consequence="All sessions of this account end now. You get a one-time password to hand over."
        keep="Keep password"
        act="Reset password"
        danger={false}
        onAct={async () => setPassword((await resetPassword(user.id)).one_time_password)}
      />
      <AlertDialog
        open={asking === "delete"}
        onClose={() => setAsking(null)}
        title={`Delete ${user.email}`}
        consequence="The account, its sessions and its API keys end now. The audit keeps what it did."
        keep="Keep user"
        act="Delete user"
        typed={user.email}
        onAct={async () => {
          await deleteUser(user);
          onDeleted();
          await reload();
          toast({ tone: "ok", text: `${user.email} deleted` });
        }}
      />
      {password === null ? null : (
        <Dialog
          open
          onClose={() => setPassword(null)}
          dismissable={false}
          title="One-time password"
          actions={
            <Button kind="primary" onPress={() => setPassword(null)}>
              Done
            </Button>
          }
        >
          <Secret value={password} what={`For ${user.email}, to be changed at the next sign-in.`} />
        </Dialog>
      )}
    </>
  );
}
