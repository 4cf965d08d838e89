import { useNavigate } from "@tanstack/react-router";
import { Copy, Download, Ellipsis, FolderOpen, History, Trash2, UserPlus } from "lucide-react";
import { counted } from "@/format/numbers";
import type { Column } from "@/table/columns";
import { IconButton } from "@/ui/Button";
import { Age } from "@/ui/Figures";
import { Chip, type ChipTone } from "@/ui/Marks";
import { Menu } from "@/ui/Menu";
import { amountUnit } from "../../model/units";
import { useMayRun } from "../../shared/access";
import type { Shelf } from "../api/calls";
import type { DealAccess, DealItem } from "../api/types";
import { dealPath } from "../path";
import { saveDealFile } from "./files";

/** An act on a deal that opens a dialog. */
export interface Leaving {
  act: "share" | "clone" | "delete";
  deal: DealItem;
}

const TYPE_WORDS: Record<string, string> = {
  abs: "ABS",
  rmbs: "RMBS",
  cmbs: "CMBS",
  cmo: "CMO",
  clo: "CLO",
  auto: "Auto",
};

export const typeWord = (type: string): string =>
  TYPE_WORDS[type.toLowerCase()] ??
  type.charAt(0).toUpperCase() + type.slice(1).replaceAll("_", " ");

const ACCESS: Record<DealAccess, readonly [string, ChipTone]> = {
  owner: ["owner", "accent"],
  admin: ["may share", "notice"],
  edit: ["may edit", "notice"],
  read: ["may view", "plain"],
};

export function AccessChip({ level }: { level: DealAccess }) {
  const [word, tone] = ACCESS[level];
  return <Chip tone={tone}>{word}</Chip>;
}

export const mayEdit = (deal: Pick<DealItem, "permission">): boolean => deal.permission !== "read";
export const mayShare = (deal: Pick<DealItem, "permission">): boolean =>
  deal.permission === "owner" || deal.permission === "admin";

export function libraryColumns(
  shelf: Shelf,
  onLeave: (leaving: Leaving) => void,
): Column<DealItem>[] {
  return [
    {
      id: "name",
      head: "Deal",
      value: (deal) => deal.name,
      width: 190,
      grow: true,
      phone: "title",
    },
    {
      id: "description",
      head: "Description",
      value: (deal) => deal.description,
      width: 160,
      grow: true,
      sortable: false,
      phone: "hide",
    },
    {
      id: "type",
      head: "Type",
      value: (deal) => typeWord(deal.deal_type),
      width: 80,
      phone: "note",
    },
    {
      id: "size",
      head: "Size",
      value: (deal) => deal.summary.original_balance,
      cell: (deal) => {
        const unit = amountUnit(deal.summary.original_balance, deal.summary.currency);
        return `${unit.currency} ${unit.format(deal.summary.original_balance, 1)}${unit.short}`;
      },
      align: "right",
      width: 116,
      phone: "figure",
    },
    {
      id: "bonds",
      head: "Classes",
      value: (deal) => deal.summary.bonds,
      align: "right",
      width: 74,
      phone: "hide",
    },
    {
      id: "checks",
      head: "Check",
      value: (deal) => deal.summary.errors,
      cell: (deal) =>
        deal.summary.errors > 0 ? (
          <Chip tone="bad">{counted(deal.summary.errors, "error")}</Chip>
        ) : (
          <Chip tone="ok">runs</Chip>
        ),
      width: 92,
      phone: "hide",
    },
    {
      id: "access",
      head: "Access",
      value: (deal) => deal.permission,
      cell: (deal) => (
        <>
          <AccessChip level={deal.permission} />{" "}
          {deal.is_public && shelf !== "public" ? <Chip tone="outline">public</Chip> : null}
        </>
      ),
      width: 126,
      sortable: false,
      phone: "note",
    },
    {
      id: "version",
      head: "Version",
      value: (deal) => deal.version,
      align: "right",
      width: 72,
      phone: "hide",
    },
    {
      id: "updated",
      head: "Changed, UTC",
      value: (deal) => deal.updated_at,
      cell: (deal) => <Age at={deal.updated_at} />,
      width: 108,
      phone: "note",
    },
    {
      id: "acts",
      head: "",
      value: () => null,
      cell: (deal) => <DealMenu deal={deal} onLeave={onLeave} />,
      width: 52,
      align: "right",
      sortable: false,
      phone: "hide",
    },
  ];
}

/** What can be done with a deal, from its row or its head. */
export function DealMenu({
  deal,
  onLeave,
  open = true,
}: {
  deal: DealItem;
  onLeave: (leaving: Leaving) => void;
  /** False on the page of the deal itself. */
  open?: boolean;
}) {
  const navigate = useNavigate();
  const may = useMayRun();
  const sharing = may && mayShare(deal);

  const operator = may ? undefined : "needs credit:operator";
  return (
    <Menu
      label={`Acts on ${deal.name}`}
      items={[
        ...(open
          ? [
              {
                id: "open",
                text: "Open",
                icon: <FolderOpen size={14} />,
                onAct: () => void navigate({ to: dealPath(deal.id) }),
              },
            ]
          : []),
        {
          id: "versions",
          text: "Versions and differences",
          icon: <History size={14} />,
          onAct: () => void navigate({ to: `${dealPath(deal.id)}/versions` }),
        },
        {
          id: "share",
          text: "Share…",
          icon: <UserPlus size={14} />,
          disabled: !sharing,
          hint: sharing ? undefined : (operator ?? "only its owner may"),
          onAct: () => onLeave({ act: "share", deal }),
        },
        {
          id: "clone",
          text: "Clone…",
          icon: <Copy size={14} />,
          disabled: !may,
          hint: operator,
          onAct: () => onLeave({ act: "clone", deal }),
        },
        {
          id: "export",
          text: "Export as JSON",
          icon: <Download size={14} />,
          onAct: () => void saveDealFile(deal, "native"),
        },
        {
          id: "export-text",
          text: "Export as text",
          icon: <Download size={14} />,
          onAct: () => void saveDealFile(deal, "text"),
        },
        null,
        {
          id: "delete",
          text: "Delete deal…",
          icon: <Trash2 size={14} />,
          danger: true,
          disabled: !sharing,
          hint: sharing ? undefined : (operator ?? "only its owner may"),
          onAct: () => onLeave({ act: "delete", deal }),
        },
      ]}
    >
      <IconButton label={`Acts on ${deal.name}`} small>
        <Ellipsis size={14} />
      </IconButton>
    </Menu>
  );
}
