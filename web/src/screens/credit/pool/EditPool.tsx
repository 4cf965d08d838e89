import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { toast } from "@/ui/toasts";
import { updatePool } from "../api/calls";
import { POOLS_KEY, poolQuery } from "../api/queries";
import type { Pool } from "../api/types";
import { PoolForm, wordsOf } from "../shared/PoolForm";

/** Changes the words about a pool; the loans stay. A change by somebody else is never overwritten. */
export function EditPool({ pool, onClose }: { pool: Pool; onClose: () => void }) {
  const client = useQueryClient();
  const [words, setWords] = useState(() => wordsOf(pool));
  const save = useMutation({
    mutationFn: () => updatePool(pool.id, pool.version, words),
    onSuccess: async (saved) => {
      client.setQueryData(poolQuery(saved.id).queryKey, saved);
      toast({ tone: "ok", text: `${saved.name} saved` });
      await client.invalidateQueries({ queryKey: [...POOLS_KEY, "list"] });
      onClose();
    },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const errors = problem?.fieldErrors() ?? {};
  const stale = problem?.status === 412;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Edit pool"
      width={560}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            kind="primary"
            isDisabled={words.pool_name.trim() === ""}
            isPending={save.isPending}
            onPress={() => save.mutate()}
          >
            Save pool
          </Button>
        </>
      }
    >
      <PoolForm words={words} onChange={setWords} errors={errors} />
      {problem && Object.keys(errors).length === 0 ? (
        <Banner
          tone="bad"
          title={stale ? "Somebody changed this pool meanwhile." : "The pool was not saved."}
          actions={
            stale ? (
              <Button
                small
                onPress={() =>
                  void client
                    .invalidateQueries({ queryKey: poolQuery(pool.id).queryKey })
                    .then(onClose)
                }
              >
                Show the new version
              </Button>
            ) : null
          }
        >
          {stale ? "Nothing was overwritten." : problem.detail || problem.title}
        </Banner>
      ) : null}
    </Dialog>
  );
}
