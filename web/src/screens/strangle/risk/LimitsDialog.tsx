import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import type { Decimal } from "@/format/units";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { MoneyField, NumberField } from "@/ui/NumberField";
import { toast } from "@/ui/toasts";
import { setRiskLimits } from "../api/calls";
import { STRANGLE_KEY } from "../api/queries";
import type { RiskLimits } from "../api/riskTypes";
import { exact } from "../model/words";

/** New guards; refusals of the server stand at their fields. */
export function LimitsDialog({ limits, onClose }: { limits: RiskLimits; onClose: () => void }) {
  const client = useQueryClient();
  const [loss, setLoss] = useState<Decimal | null>(exact(limits.max_daily_loss));
  const [sessions, setSessions] = useState<number | null>(limits.max_sessions_per_day);
  const [orders, setOrders] = useState<number | null>(limits.max_orders_per_minute);
  const [lots, setLots] = useState<number | null>(limits.max_lots_per_leg);
  const save = useMutation({
    mutationFn: () =>
      setRiskLimits({
        max_daily_loss: loss,
        max_sessions_per_day: sessions ?? 0,
        max_orders_per_minute: orders ?? 0,
        max_lots_per_leg: lots ?? 0,
      }),
    onSuccess: () => {
      toast({ tone: "ok", text: "Guards changed" });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: STRANGLE_KEY }),
  });
  const problem = save.error ? asProblem(save.error) : null;
  const errors = problem?.fieldErrors() ?? {};
  return (
    <Dialog
      open
      onClose={onClose}
      title="Edit guards"
      actions={
        <>
          <Button onPress={onClose}>Keep guards</Button>
          <Button kind="primary" isPending={save.isPending} onPress={() => save.mutate()}>
            Save guards
          </Button>
        </>
      }
    >
      <MoneyField
        label="Loss of a day"
        optional
        hint="USD, empty switches it off. Counts closed sessions of the day, IST."
        value={loss}
        onChange={setLoss}
        error={errors.max_daily_loss}
      />
      <NumberField
        label="Sessions a day"
        digits={0}
        min={1}
        max={100}
        value={sessions}
        onChange={setSessions}
        error={errors.max_sessions_per_day}
      />
      <NumberField
        label="Orders a minute"
        digits={0}
        min={1}
        max={1_000}
        value={orders}
        onChange={setOrders}
        error={errors.max_orders_per_minute}
      />
      <NumberField
        label="Contracts a leg"
        digits={0}
        min={1}
        max={100_000}
        value={lots}
        onChange={setLots}
        error={errors.max_lots_per_leg}
      />
      {problem === null ? null : (
        <Banner tone="bad" title={problem.title}>
          {problem.detail}
        </Banner>
      )}
    </Dialog>
  );
}
