import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { setRiskState } from "../api/calls";
import { STRANGLE_KEY } from "../api/queries";
import type { Runtime } from "../api/types";
import { isLive } from "../model/acts";
import { useAccount } from "../shared/control";
import { HoldOrType } from "../shared/HoldOrType";
import { BuyBack } from "../shared/PanicDialog";
import styles from "./Risk.module.css";

export type Turn = "active" | "reducing" | "halted" | "flatten";

const WORDS: Record<Turn, { title: string; text: string; act: string; done: string }> = {
  active: {
    title: "Set trading to active?",
    text: "Entries are sent again: those that wait for their time, and new sessions.",
    act: "Set to active",
    done: "Trading is active",
  },
  reducing: {
    title: "Pause entries?",
    text: "Nothing that adds exposure is sent until entries are resumed. Exits go on.",
    act: "Pause entries",
    done: "Entries are paused",
  },
  halted: {
    title: "Halt trading?",
    text: "No entry is sent until a person sets trading to active, also after a restart. Open legs stay open and watched; exits go on.",
    act: "Halt trading",
    done: "Trading is halted",
  },
  flatten: {
    title: "Halt trading and close everything?",
    text: "Every open leg of this desk is bought back at market, and no entry is sent until a person sets trading to active.",
    act: "Halt and close all",
    done: "Trading is halted; legs are being bought back",
  },
};

/** Turns the kill switch, with a reason that the audit keeps. */
export function KillDialog({
  turn,
  runtime,
  onClose,
}: {
  turn: Turn;
  runtime: Runtime;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const account = useAccount(runtime);
  const [reason, setReason] = useState("");
  const words = WORDS[turn];
  const held = turn === "flatten" && isLive(runtime);
  const change = useMutation({
    mutationFn: () =>
      setRiskState({
        state: turn === "flatten" ? "halted" : turn,
        reason: reason.trim(),
        flatten: turn === "flatten",
      }),
    onSuccess: () => {
      toast({ tone: "ok", text: words.done });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: STRANGLE_KEY }),
  });
  const problem = change.error ? asProblem(change.error) : null;
  const ready = reason.trim() !== "";
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title}
      actions={
        <>
          <Button onPress={onClose}>Keep as it is</Button>
          {held ? null : (
            <Button
              kind={turn === "active" || turn === "reducing" ? "primary" : "danger"}
              isDisabled={!ready}
              isPending={change.isPending}
              onPress={() => change.mutate()}
            >
              {words.act}
            </Button>
          )}
        </>
      }
    >
      <p>{words.text}</p>
      {turn === "flatten" ? <BuyBack runtime={runtime} /> : null}
      <TextField
        label="Reason"
        hint="1 to 500 letters; kept in the audit trail."
        value={reason}
        onChange={setReason}
        maxLength={500}
        autoFocus
        error={problem?.fieldErrors().reason}
      />
      {held && ready ? (
        <HoldOrType
          hold="Hold to halt and close"
          act={words.act}
          account={account}
          busy={change.isPending}
          onAct={() => change.mutate()}
        />
      ) : held ? (
        <p className={styles.note}>With a reason, the act can be held.</p>
      ) : null}
      {problem === null ? null : (
        <Banner tone="bad" title={problem.title}>
          {problem.detail}
        </Banner>
      )}
    </Dialog>
  );
}
