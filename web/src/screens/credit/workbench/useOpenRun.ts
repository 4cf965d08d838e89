import { useQueryClient } from "@tanstack/react-query";
import { asProblem } from "@/api/problem";
import { toast } from "@/ui/toasts";
import { useSearchState } from "../../search";
import { runQuery } from "../api/queries";
import type { Run, Terms } from "../api/types";

/** Puts the assumptions of a run into the panel; who may not compute sees the run itself. */
export function useOpenRun(onTerms: (terms: Terms) => void) {
  const client = useQueryClient();
  const [, change] = useSearchState();
  return async (run: Run, computes: boolean) => {
    try {
      const { terms } = await client.fetchQuery(runQuery(run.id));
      onTerms(terms);
      change({ run: computes ? undefined : run.id });
      toast({ tone: "info", text: `Assumptions of ${run.name} are open` });
    } catch (error) {
      const problem = asProblem(error);
      toast({
        tone: "bad",
        text: `${run.name} could not be opened`,
        detail: problem.detail || problem.title,
      });
    }
  };
}
