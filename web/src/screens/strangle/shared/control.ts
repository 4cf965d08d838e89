/** Commands to the desk, and which dialog about one is open. */
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { asProblem } from "@/api/problem";
import { createStore, useStore } from "@/shell/store";
import { toast } from "@/ui/toasts";
import { closeLeg, controlTrading, findOperation, runReconciliation } from "../api/calls";
import { preflightQuery, STRANGLE_KEY } from "../api/queries";
import type { ControlRequest } from "../api/riskTypes";
import type { Runtime } from "../api/types";
import { isLive } from "../model/acts";
import { sentence } from "../model/words";

export type DeskDialog = "panic" | "stop" | "restart" | { leg: number } | null;

const open = createStore<DeskDialog>(null);
export const useDeskDialog = () => useStore(open);
export const openDeskDialog = (dialog: DeskDialog) => open.set(dialog);
export const closeDeskDialog = () => open.set(null);

/** Sends a command; a refusal is told in words, and the desk is read again either way. */
export function useControl() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: ControlRequest) => controlTrading(request),
    onSuccess: (answer) => {
      toast({ tone: "ok", text: sentence(answer.message) });
      void follow(answer.operation_id, client);
    },
    onError: complain,
    onSettled: () => client.invalidateQueries({ queryKey: STRANGLE_KEY }),
  });
}

const LOOK_MS = 800;
const LOOKS = 90;

/** The work goes on in the background: a failure there is told as well. */
export async function follow(operation: string, client: QueryClient, pause = LOOK_MS) {
  for (let look = 0; look < LOOKS; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const found = await findOperation(operation).catch(() => null);
    if (found === null || found.state === "succeeded") {
      break;
    }
    if (found.state === "failed") {
      toast({
        tone: "bad",
        text: `${sentence(found.kind)} failed`,
        detail: found.error_message ?? found.error_code ?? undefined,
      });
      break;
    }
  }
  await client.invalidateQueries({ queryKey: STRANGLE_KEY });
}

export function useCloseLeg() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ leg, limit }: { leg: number; limit: string | null }) =>
      closeLeg(
        leg,
        limit === null
          ? { order_type: "market_order" }
          : { order_type: "limit_order", limit_price: limit },
      ),
    onSuccess: (answer) => {
      toast({ tone: "ok", text: sentence(answer.message) });
      void follow(answer.operation_id, client);
    },
    onError: complain,
    onSettled: () => client.invalidateQueries({ queryKey: STRANGLE_KEY }),
  });
}

/** Compares ledger and exchange now. */
export function useReconcile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: runReconciliation,
    onSuccess: (answer) => {
      toast({ tone: "info", text: "Ledger and exchange are being compared" });
      void follow(answer.operation_id, client);
    },
    onError: complain,
    onSettled: () => client.invalidateQueries({ queryKey: STRANGLE_KEY }),
  });
}

/** The label of the account, which real orders are confirmed with. */
export function useAccount(runtime: Runtime | undefined): string {
  const asked = isLive(runtime) && runtime?.account === undefined;
  const preflight = useQuery({ ...preflightQuery, enabled: asked }).data;
  return runtime?.account ?? preflight?.account ?? "live";
}

function complain(error: unknown): void {
  const problem = asProblem(error);
  toast({ tone: "bad", text: problem.title, detail: problem.detail });
}
