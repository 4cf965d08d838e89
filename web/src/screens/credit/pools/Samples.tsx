import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { serverNow } from "@/shell/clock";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/toasts";
import { createPool } from "../api/calls";
import { POOLS_KEY } from "../api/queries";
import { SAMPLES, type Sample } from "../model/samples";
import { useMayRun } from "../shared/access";
import { poolPath } from "./PoolCard";
import styles from "./Pools.module.css";

/** One click makes a stored pool of made-up loans and opens its workbench. */
export function Samples() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMayRun();
  const make = useMutation({
    mutationFn: (sample: Sample) => createPool(sample.make(serverNow().toISOString().slice(0, 10))),
    onSuccess: async (pool) => {
      await client.invalidateQueries({ queryKey: [...POOLS_KEY, "list"] });
      await navigate({ to: `${poolPath(pool.id)}/workbench` });
    },
    onError: (error, sample) => {
      const problem = asProblem(error);
      const detail = problem.detail || problem.title;
      toast({ tone: "bad", text: `${sample.title} was not created`, detail });
    },
  });
  return (
    <div className={styles.samples}>
      {SAMPLES.map((sample) => (
        <div key={sample.id} className={styles.sample}>
          <div>
            <div className={styles.sampleName}>{sample.title}</div>
            <div className={styles.note}>{sample.text}</div>
          </div>
          <Button
            small
            isDisabled={!may}
            isPending={make.isPending && make.variables?.id === sample.id}
            onPress={() => make.mutate(sample)}
            aria-label={`Create sample: ${sample.title}`}
          >
            Create
          </Button>
        </div>
      ))}
    </div>
  );
}
