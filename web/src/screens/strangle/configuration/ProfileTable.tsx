import {
  Circle,
  CircleCheck,
  Copy,
  Download,
  Ellipsis,
  History,
  Pencil,
  Trash2,
} from "lucide-react";
import { useMemo } from "react";
import { formatCount } from "@/format/numbers";
import { type Column, sortFromText, sortToText } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { IconButton } from "@/ui/Button";
import { Instant } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Menu, type MenuAct } from "@/ui/Menu";
import { Panel } from "@/ui/Panel";
import { useSearchState } from "../../search";
import type { Profile } from "../api/records";
import { plainPercent, signedPercent } from "../model/words";
import styles from "./Configuration.module.css";
import { expiryWords, scheduleUtc, scheduleWords, strikeWords } from "./model/words";
import type { ProfileActs } from "./useProfileActs";

export interface ProfileTableProps {
  profiles: readonly Profile[];
  /** The profile of the open session. */
  openId: string | null;
  /** Why nothing may be changed; null when it may. */
  refusal: string | null;
  acts: ProfileActs;
  onOpen: (id: string) => void;
  onHistory: (id: string) => void;
  onDelete: (profile: Profile) => void;
}

/** Every profile on one line; Enter or a click opens it. */
export function ProfileTable(props: ProfileTableProps) {
  const { profiles, onOpen } = props;
  const [search, change] = useSearchState();
  const columns = useColumns(props);
  return (
    <Panel label="Profiles">
      <DataTable
        label="Profiles"
        name="strangle-profiles"
        columns={columns}
        rows={profiles}
        rowId={(row) => row.id}
        sort={sortFromText(search.sort ?? "name")}
        onSort={(sort) => change({ sort: sortToText(sort) })}
        onOpen={(row) => onOpen(row.id)}
      />
    </Panel>
  );
}

/** "−80 %, +80 %". */
const limits = (row: Profile) =>
  `${signedPercent(-row.max_loss_pct, 0)}${row.max_profit_pct === 0 ? "" : `, ${signedPercent(row.max_profit_pct, 0)}`}`;

function useColumns(props: ProfileTableProps): Column<Profile>[] {
  const { openId } = props;
  return useMemo(
    () => [
      {
        id: "name",
        head: "Name",
        value: (row) => row.name,
        grow: true,
        width: 210,
        phone: "title",
        cell: (row) => (
          <span className={styles.name}>
            <span>{row.name}</span>
            {row.is_active ? (
              <Chip tone="accent" icon={<CircleCheck size={12} aria-hidden />}>
                Active
              </Chip>
            ) : null}
            {row.id === openId ? <Chip tone="ok">Runs now</Chip> : null}
          </span>
        ),
      },
      { id: "underlying", head: "Underlying", value: (row) => row.underlying, width: 80 },
      { id: "strikes", head: "Strikes", value: strikeWords, width: 218, grow: true },
      { id: "expiry", head: "Expiry", value: expiryWords, width: 124 },
      {
        id: "schedule",
        head: "Schedule, IST",
        value: scheduleWords,
        width: 140,
        phone: "note",
        cell: (row) => <span title={scheduleUtc(row)}>{scheduleWords(row)}</span>,
      },
      {
        id: "recurrence",
        head: "Starts by itself",
        value: (row) => (row.recurrence === "once" ? "no" : row.recurrence),
        width: 100,
        phone: "hide",
      },
      {
        id: "quantity",
        head: "Contracts",
        value: (row) => row.quantity,
        cell: (row) => formatCount(row.quantity),
        align: "right",
        width: 82,
        phone: "hide",
      },
      {
        id: "limits",
        head: "Limits",
        value: (row) => row.max_loss_pct,
        cell: limits,
        exported: limits,
        align: "right",
        width: 108,
        phone: "hide",
      },
      {
        id: "spread",
        head: "Widest spread",
        value: (row) => row.max_spread_pct,
        cell: (row) => plainPercent(row.max_spread_pct, 0),
        align: "right",
        width: 104,
        hidden: true,
        phone: "hide",
      },
      {
        id: "updated",
        head: "Changed, IST",
        value: (row) => row.updated_at,
        cell: (row) => <Instant at={row.updated_at} zone="IST" />,
        width: 132,
        hidden: true,
        phone: "hide",
      },
      {
        id: "acts",
        head: "",
        value: () => "",
        sortable: false,
        align: "right",
        width: 76,
        phone: "figure",
        cell: (row) => <RowActs row={row} {...props} />,
      },
    ],
    [openId, props],
  );
}

function RowActs({ row, onHistory, onOpen, ...rest }: ProfileTableProps & { row: Profile }) {
  return (
    <span className={styles.rowActs}>
      <IconButton label={`Edit ${row.name}`} small onPress={() => onOpen(row.id)}>
        <Pencil size={14} />
      </IconButton>
      <Menu
        label={`Acts on ${row.name}`}
        items={profileMenu({ ...rest, row, onHistory: () => onHistory(row.id) })}
      >
        <IconButton label={`More acts on ${row.name}`} small>
          <Ellipsis size={14} />
        </IconButton>
      </Menu>
    </span>
  );
}

/** The acts on one profile; what cannot be done says why. */
export function profileMenu({
  row,
  openId,
  refusal,
  acts,
  onHistory,
  onDelete,
}: {
  row: Profile;
  openId: string | null;
  refusal: string | null;
  acts: ProfileActs;
  onHistory: () => void;
  onDelete: (profile: Profile) => void;
}): (MenuAct | null)[] {
  const guarded = { disabled: refusal !== null, hint: refusal ?? undefined };
  const kept = deleteRefusal(row, openId, refusal);
  return [
    row.is_active
      ? {
          id: "inactive",
          text: "Set inactive",
          icon: <Circle size={14} />,
          ...guarded,
          onAct: () => acts.setInactive.mutate(row),
        }
      : {
          id: "active",
          text: "Set active",
          icon: <CircleCheck size={14} />,
          ...guarded,
          onAct: () => acts.setActive.mutate(row),
        },
    {
      id: "duplicate",
      text: "Duplicate",
      icon: <Copy size={14} />,
      ...guarded,
      onAct: () => acts.duplicate.mutate(row),
    },
    {
      id: "export",
      text: "Export JSON",
      icon: <Download size={14} />,
      onAct: () => acts.exportFile.mutate(row),
    },
    { id: "history", text: "Version history…", icon: <History size={14} />, onAct: onHistory },
    null,
    {
      id: "delete",
      text: "Delete…",
      icon: <Trash2 size={14} />,
      danger: true,
      disabled: kept !== null,
      hint: kept ?? undefined,
      onAct: () => onDelete(row),
    },
  ];
}

/** Why a profile cannot be deleted now. */
export function deleteRefusal(
  row: Pick<Profile, "id" | "is_active">,
  openId: string | null,
  refusal: string | null,
): string | null {
  if (refusal !== null) {
    return refusal;
  }
  if (row.id === openId) {
    return "A session runs with it";
  }
  return row.is_active ? "Active: set it inactive first" : null;
}
