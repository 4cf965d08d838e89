import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asProblem } from "@/api/problem";
import { toast } from "@/ui/toasts";
import { SIM_KEY } from "../api/queries";
import type { SimStatus } from "../api/riskTypes";

/** Changes the simulator; the answer is its new status. */
export function useSim<Input>(change: (input: Input) => Promise<SimStatus>, done: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (status) => {
      client.setQueryData(SIM_KEY, status);
      toast({ tone: "ok", text: done });
    },
    onError: (error) => {
      const problem = asProblem(error);
      toast({ tone: "bad", text: problem.title, detail: problem.detail });
    },
  });
}
