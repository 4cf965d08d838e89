import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { usersQuery } from "@/api/queries";
import type { User } from "@/api/schema";
import { counted } from "@/format/numbers";
import text from "@/styles/text.module.css";
import { type Column, sortFromText, sortToText } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { ExportButton, FilterBar } from "@/table/FilterBar";
import { Button } from "@/ui/Button";
import { Age } from "@/ui/Figures";
import { Inspector } from "@/ui/Inspector";
import { Chip, StatusChip } from "@/ui/Marks";
import { Empty, Loaded } from "@/ui/States";
import { useSearchState } from "../search";
import styles from "./Admin.module.css";
import { NewUserDialog } from "./NewUserDialog";
import { UserDetail } from "./UserDetail";

function stateOf(user: User): { state: "up" | "off"; word: string } {
  if (!user.is_active) {
    return { state: "off", word: "Disabled" };
  }
  return { state: "up", word: "Active" };
}

const COLUMNS: Column<User>[] = [
  {
    id: "email",
    head: "Email",
    value: (user) => user.email,
    grow: true,
    width: 200,
    phone: "title",
  },
  { id: "name", head: "Name", value: (user) => user.full_name, width: 160, grow: true },
  {
    id: "roles",
    head: "Roles",
    value: (user) => user.grants.join(", "),
    cell: (user) => (
      <span className={text.row} style={{ gap: 4 }}>
        {user.grants.map((role) => (
          <Chip key={role}>{role}</Chip>
        ))}
      </span>
    ),
    width: 220,
    grow: true,
  },
  {
    id: "state",
    head: "State",
    value: (user) => stateOf(user).word,
    cell: (user) => <StatusChip {...stateOf(user)} />,
    width: 100,
    phone: "figure",
  },
  {
    id: "last",
    head: "Last sign-in",
    value: (user) => user.last_login_at,
    cell: (user) => (user.last_login_at ? <Age at={user.last_login_at} /> : "never"),
    align: "right",
    width: 100,
    phone: "note",
  },
];

/** Accounts: who, which roles, which state. */
export function Users() {
  const [search, change] = useSearchState();
  const [adding, setAdding] = useState(false);
  const query = useQuery(usersQuery({ limit: 200 }));
  const wanted = (search.text ?? "").toLowerCase();
  const rows = (query.data?.items ?? []).filter((user) =>
    `${user.email} ${user.full_name ?? ""} ${user.grants.join(" ")}`.toLowerCase().includes(wanted),
  );
  const chosen = query.data?.items.find((user) => user.id === search.user);
  return (
    <div className={styles.tab}>
      <Inspector
        title={chosen ? chosen.full_name || chosen.email : null}
        onClose={() => change({ user: undefined })}
        detail={
          chosen ? (
            <UserDetail
              key={`${chosen.id}:${chosen.version}`}
              user={chosen}
              onDeleted={() => change({ user: undefined })}
            />
          ) : null
        }
      >
        <Loaded query={query} what="Users">
          {() => (
            <DataTable
              label="Users"
              name="users"
              tools={(parts) => (
                <FilterBar
                  search={{
                    value: search.text ?? "",
                    onChange: (value) => change({ text: value }),
                    placeholder: "Email, name or role",
                  }}
                  count={counted(rows.length, "user")}
                  end={
                    <>
                      {parts.menu}
                      <ExportButton {...parts} fileName="users" />
                      <Button
                        kind="primary"
                        icon={<UserPlus size={14} />}
                        onPress={() => setAdding(true)}
                      >
                        New user…
                      </Button>
                    </>
                  }
                />
              )}
              fill
              columns={COLUMNS}
              rows={rows}
              rowId={(user) => user.id}
              sort={sortFromText(search.sort)}
              onSort={(sort) => change({ sort: sortToText(sort) })}
              onOpen={(user) => change({ user: user.id })}
              onCursor={(user) => search.user && change({ user: user.id })}
              openId={search.user}
              empty={
                <Empty
                  title="No user matches"
                  actions={
                    <Button onPress={() => change({ text: undefined })}>Clear filter</Button>
                  }
                />
              }
            />
          )}
        </Loaded>
      </Inspector>
      {adding ? <NewUserDialog onClose={() => setAdding(false)} /> : null}
    </div>
  );
}
