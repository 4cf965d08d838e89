import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { usersQuery } from "@/api/queries";
import { useHasRole, useMe } from "@/session/session";
import { Banner } from "@/ui/Banner";
import { Button, IconButton } from "@/ui/Button";
import { ComboBox } from "@/ui/ComboBox";
import { Dialog } from "@/ui/Dialog";
import { Id } from "@/ui/Figures";
import { Select } from "@/ui/Select";
import { Loaded } from "@/ui/States";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { revokeShare, shareDeal } from "../api/calls";
import { DEALS_KEY, grantsQuery } from "../api/queries";
import type { DealItem, Grant, Permission } from "../api/types";
import styles from "./Library.module.css";

const LEVELS: readonly { value: Permission; text: string; hint: string }[] = [
  { value: "read", text: "View", hint: "open, run and clone" },
  { value: "edit", text: "Edit", hint: "also save versions" },
  { value: "admin", text: "Share", hint: "also share it further" },
];

/** Who else may see a deal, and what they may do with it. */
export function ShareDialog({ deal, onClose }: { deal: DealItem; onClose: () => void }) {
  const client = useQueryClient();
  const me = useMe();
  const admin = useHasRole("admin");
  const grants = useQuery(grantsQuery(deal.id));
  const people = useQuery({ ...usersQuery({ limit: 200 }), enabled: admin });
  const users = (people.data?.items ?? []).filter((user) => user.id !== me?.id);
  const [person, setPerson] = useState("");
  const [level, setLevel] = useState<Permission>("read");
  const renew = () => client.invalidateQueries({ queryKey: grantsQuery(deal.id).queryKey });
  const nameOf = (id: string) => users.find((user) => user.id === id)?.email ?? null;
  const share = useMutation({
    mutationFn: () => shareDeal(deal.id, person.trim(), level),
    onSuccess: async () => {
      toast({ tone: "ok", text: `${deal.name} is shared` });
      setPerson("");
      await Promise.all([renew(), client.invalidateQueries({ queryKey: [...DEALS_KEY, "list"] })]);
    },
  });
  const revoke = useMutation({
    mutationFn: (grant: Grant) => revokeShare(deal.id, grant.user_id),
    onSuccess: async (_, grant) => {
      toast({ tone: "ok", text: `${nameOf(grant.user_id) ?? "The account"} has no access now` });
      await renew();
    },
  });
  const change = useMutation({
    mutationFn: (grant: { id: string; level: Permission }) =>
      shareDeal(deal.id, grant.id, grant.level),
    onSuccess: renew,
  });
  const failed = share.error ?? revoke.error ?? change.error;
  const problem = failed === null ? null : asProblem(failed);
  return (
    <Dialog
      open
      onClose={onClose}
      width={560}
      title={`Share ${deal.name}`}
      actions={<Button onPress={onClose}>Done</Button>}
    >
      <form
        className={styles.share}
        onSubmit={(event) => {
          event.preventDefault();
          share.mutate();
        }}
      >
        {admin ? (
          <ComboBox
            label="Person"
            options={users.map((user) => ({
              value: user.id,
              text: user.email,
              hint: user.full_name,
            }))}
            value={person === "" ? null : person}
            onChange={(typed) =>
              setPerson(users.find((user) => user.email === typed)?.id ?? typed ?? "")
            }
            placeholder="Email or account id"
            freeText
          />
        ) : (
          <TextField
            label="Account id"
            hint="Ask the person; it stands in their account panel."
            value={person}
            onChange={setPerson}
          />
        )}
        <Select label="May" options={LEVELS} value={level} onChange={setLevel} />
        <Button
          type="submit"
          kind="primary"
          isPending={share.isPending}
          isDisabled={person.trim() === ""}
        >
          Share
        </Button>
      </form>
      {problem === null ? null : (
        <Banner tone="bad">
          {problem.fields[0]?.message ?? (problem.detail || problem.title)}
        </Banner>
      )}
      <Loaded query={grants} what="Access">
        {(all) => {
          const items = all.filter((grant) => grant.permission_level !== "owner");
          return items.length === 0 ? (
            <p className={styles.none}>
              {deal.is_public
                ? "The deal is public: everybody may view it. Nobody else may edit it."
                : "Shared with nobody."}
            </p>
          ) : (
            <ul className={styles.grants} aria-label="People with access">
              {items.map((grant) => (
                <li key={grant.user_id} className={styles.grant}>
                  <span className={styles.person}>
                    {nameOf(grant.user_id) ?? <Id value={grant.user_id} short={12} />}
                  </span>
                  <Select
                    label={`What ${nameOf(grant.user_id) ?? grant.user_id} may do`}
                    hideLabel
                    options={LEVELS}
                    value={grant.permission_level === "owner" ? null : grant.permission_level}
                    onChange={(next) => change.mutate({ id: grant.user_id, level: next })}
                  />
                  <IconButton
                    label={`Revoke access of ${nameOf(grant.user_id) ?? grant.user_id}`}
                    small
                    onPress={() => revoke.mutate(grant)}
                  >
                    <X size={14} />
                  </IconButton>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Dialog>
  );
}
