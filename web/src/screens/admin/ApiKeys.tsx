import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import { createApiKey, deleteApiKey } from "@/api/platform";
import { asProblem, type Problem } from "@/api/problem";
import { apiKeysQuery } from "@/api/queries";
import type { ApiKey } from "@/api/schema";
import { counted } from "@/format/numbers";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { FilterBar } from "@/table/FilterBar";
import { Banner } from "@/ui/Banner";
import { Button, IconButton } from "@/ui/Button";
import { DateField } from "@/ui/DateField";
import { AlertDialog, Dialog } from "@/ui/Dialog";
import { Age, Instant } from "@/ui/Figures";
import { Empty, Loaded } from "@/ui/States";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import styles from "./Admin.module.css";
import { Secret } from "./Secret";

/** Keys of the own account for programs. */
export function ApiKeys() {
  const query = useQuery(apiKeysQuery);
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const columns: Column<ApiKey>[] = [
    { id: "name", head: "Name", value: (key) => key.name, grow: true, width: 160, phone: "title" },
    {
      id: "scopes",
      head: "Scopes",
      value: (key) => key.scopes.join(", "),
      cell: (key) => <code>{key.scopes.join(", ")}</code>,
      width: 160,
      grow: true,
    },
    {
      id: "expires",
      head: "Ends, UTC",
      value: (key) => key.expires_at,
      cell: (key) => (key.expires_at ? <Instant at={key.expires_at} form="day" /> : "never"),
      align: "right",
      width: 110,
    },
    {
      id: "used",
      head: "Last used",
      value: (key) => key.last_used_at,
      cell: (key) => (key.last_used_at ? <Age at={key.last_used_at} /> : "never"),
      align: "right",
      width: 100,
    },
    {
      id: "act",
      head: "",
      value: () => null,
      sortable: false,
      width: 56,
      align: "right",
      phone: "figure",
      cell: (key) => (
        <IconButton label={`Revoke ${key.name}…`} small onPress={() => setRevoking(key)}>
          <Trash2 size={14} />
        </IconButton>
      ),
    },
  ];
  return (
    <div className={styles.tab}>
      <FilterBar
        count={query.data ? counted(query.data.items.length, "key") : null}
        end={
          <Button kind="primary" icon={<KeyRound size={14} />} onPress={() => setAdding(true)}>
            New API key…
          </Button>
        }
      />
      <Loaded query={query} what="API keys">
        {({ items: keys }) => (
          <DataTable
            label="API keys"
            name="api-keys"
            fill
            columns={columns}
            rows={keys}
            rowId={(key) => key.id}
            empty={
              <Empty
                title="No API keys yet"
                glyph={<KeyRound aria-hidden />}
                actions={
                  <Button kind="primary" onPress={() => setAdding(true)}>
                    New API key…
                  </Button>
                }
              >
                A key lets a program work with the rights of this account, or with fewer.
              </Empty>
            }
          />
        )}
      </Loaded>
      {adding ? <NewKeyDialog onClose={() => setAdding(false)} /> : null}
      <AlertDialog
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        title={`Revoke ${revoking?.name ?? ""}`}
        consequence="Programs that use this key are refused from now on. A revoked key does not come back."
        keep="Keep key"
        act="Revoke key"
        onAct={async () => {
          if (revoking !== null) {
            await deleteApiKey(revoking.id);
            await client.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
            toast({ tone: "ok", text: `${revoking.name} revoked` });
          }
        }}
      />
    </div>
  );
}

function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState("*:read");
  const [expires, setExpires] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const fields = problem?.fieldErrors() ?? {};
  const [unnamed, setUnnamed] = useState(false);
  const create = async () => {
    setUnnamed(name.trim() === "");
    if (name.trim() === "") {
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const made = await createApiKey({
        name: name.trim(),
        scopes: scopes.split(/[\s,]+/).filter((scope) => scope !== ""),
        expires_at: expires === null ? undefined : `${expires}T00:00:00Z`,
      });
      setSecret(made.key);
      await client.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  if (secret !== null) {
    return (
      <Dialog
        open
        onClose={onClose}
        dismissable={false}
        title={`${name.trim()} is ready`}
        actions={
          <Button kind="primary" onPress={onClose}>
            Done
          </Button>
        }
      >
        <Secret value={secret} what="The key goes into the header X-API-Key." />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="New API key"
      actions={
        <>
          <Button onPress={onClose}>Discard</Button>
          <Button kind="primary" isPending={busy} onPress={() => void create()}>
            Create key
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {problem ? <Banner tone="bad">{problem.detail || problem.title}</Banner> : null}
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          error={unnamed ? "Give a name to find the key by" : fields.name}
          hint="What will use it, for instance nightly export"
          autoFocus
        />
        <TextField
          label="Scopes"
          value={scopes}
          onChange={setScopes}
          error={fields.scopes}
          hint="* for all rights of this account, *:read, credit:write; separated by commas"
        />
        <DateField
          label="Ends on, UTC"
          hint="In 90 days when empty, in 366 days at the latest"
          value={expires}
          onChange={setExpires}
          error={fields.expires_at}
          optional
        />
      </div>
    </Dialog>
  );
}
