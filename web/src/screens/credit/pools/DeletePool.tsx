import { useQueryClient } from "@tanstack/react-query";
import { counted } from "@/format/numbers";
import { AlertDialog } from "@/ui/Dialog";
import { toast } from "@/ui/toasts";
import { deletePool } from "../api/calls";
import { POOLS_KEY } from "../api/queries";
import type { PoolItem } from "../api/types";

/** Confirms the deletion of a pool, typed, since colleagues use it too. */
export function DeletePool({
  pool,
  onClose,
  onDeleted,
}: {
  /** Null while nothing is to be deleted. */
  pool: PoolItem | null;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const client = useQueryClient();
  if (pool === null) {
    return null;
  }
  return (
    <AlertDialog
      open
      onClose={onClose}
      title={`Delete ${pool.name}`}
      consequence={
        <>
          {counted(pool.summary.asset_count, "loan")} in {counted(pool.version, "version")}{" "}
          disappear from all lists, for everybody. Saved runs stay. This cannot be undone.
        </>
      }
      typed={pool.name}
      keep="Keep pool"
      act="Delete pool"
      onAct={async () => {
        await deletePool(pool.id, pool.version);
        toast({ tone: "ok", text: `${pool.name} deleted` });
        onDeleted?.();
        client.removeQueries({ queryKey: [...POOLS_KEY, pool.id] });
        await client.invalidateQueries({ queryKey: [...POOLS_KEY, "list"] });
      }}
    />
  );
}
