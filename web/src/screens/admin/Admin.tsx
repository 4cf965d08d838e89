import { useQuery } from "@tanstack/react-query";
import { usersQuery } from "@/api/queries";
import { useHasRole } from "@/session/session";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { NoPermission } from "@/ui/States";
import { Tabs } from "@/ui/Tabs";
import { useSearchState } from "../search";
import { ApiKeys } from "./ApiKeys";
import { Audit } from "./Audit";
import { Users } from "./Users";

/** Users, API keys, audit. */
export default function Admin() {
  const [search, change] = useSearchState();
  const admin = useHasRole("admin");
  const auditor = useHasRole("auditor");
  const users = useQuery({ ...usersQuery({ limit: 200 }), enabled: admin }).data;
  const count = users?.next_cursor === undefined ? users?.items.length : undefined;
  const selected = search.tab ?? (admin ? "users" : "keys");
  return (
    <Page fill>
      <PageHead title="Administration" />
      <Panel fill label="Administration">
        <Tabs
          fill
          label="Administration"
          selected={selected}
          onSelect={(tab) =>
            change({ tab, sort: undefined, text: undefined, user: undefined }, "push")
          }
          tabs={[
            {
              id: "users",
              title: "Users",
              count: count === undefined ? undefined : String(count),
              content: admin ? <Users /> : <NoPermission need="admin" what="manage accounts" />,
            },
            { id: "keys", title: "API keys", content: <ApiKeys /> },
            {
              id: "audit",
              title: "Audit",
              content: auditor ? <Audit /> : <NoPermission need="auditor" what="read the audit" />,
            },
          ]}
        />
      </Panel>
    </Page>
  );
}
