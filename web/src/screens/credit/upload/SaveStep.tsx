import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { counted } from "@/format/numbers";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Panel, PanelBody } from "@/ui/Panel";
import { toast } from "@/ui/toasts";
import { updatePool } from "../api/calls";
import { POOLS_KEY, poolQuery } from "../api/queries";
import type { Pool } from "../api/types";
import { poolPath } from "../pools/PoolCard";
import { PoolForm, wordsOf } from "../shared/PoolForm";
import styles from "./Upload.module.css";

/** The words about the pool; the loans are stored already. */
export function SaveStep({ pool, onBack }: { pool: Pool; onBack: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [words, setWords] = useState(() => wordsOf(pool));
  const save = useMutation({
    mutationFn: (_then: string) =>
      updatePool(pool.id, pool.version, { ...words, pool_name: words.pool_name.trim() }),
    onSuccess: async (saved, then) => {
      client.setQueryData(poolQuery(saved.id).queryKey, saved);
      toast({
        tone: "ok",
        text: `${saved.name} saved`,
        detail: counted(saved.summary.asset_count, "loan"),
      });
      await client.invalidateQueries({ queryKey: [...POOLS_KEY, "list"] });
      await navigate({ to: `${poolPath(saved.id)}${then}` });
    },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const errors = problem?.fieldErrors() ?? {};
  const ready = words.pool_name.trim() !== "";
  return (
    <Panel title="Save pool" sub={`${counted(pool.summary.asset_count, "loan")} from the tape`}>
      <PanelBody>
        <PoolForm words={words} onChange={setWords} errors={errors} />
      </PanelBody>
      {problem && Object.keys(errors).length === 0 ? (
        <Banner tone="bad" title="The pool was not saved.">
          {problem.detail || problem.title}
        </Banner>
      ) : null}
      <div className={styles.acts}>
        <Button onPress={onBack}>Back to rows</Button>
        <div className={styles.actsEnd}>
          <Button isDisabled={!ready} isPending={save.isPending} onPress={() => save.mutate("")}>
            Save pool
          </Button>
          <Button
            kind="primary"
            isDisabled={!ready}
            isPending={save.isPending}
            onPress={() => save.mutate("/workbench")}
          >
            Save and open workbench
          </Button>
        </div>
      </div>
    </Panel>
  );
}
