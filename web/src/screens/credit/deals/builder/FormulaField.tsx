import { useId, useRef, useState } from "react";
import { cx } from "@/ui/cx";
import { TextField } from "@/ui/TextField";
import { accept, type Completion, complete, type Proposal } from "../model/completion";
import styles from "./Builder.module.css";
import { useBuilding, useMember } from "./context";

const NOTHING: Completion = { from: 0, proposals: [] };

/** A formula: proposals while it is typed, its fault below it. */
export function FormulaField({
  at,
  label,
  hint,
  optional,
}: {
  at: string;
  label: string;
  hint?: string;
  optional?: boolean;
}) {
  const { deal } = useBuilding();
  const { value, error, locked, set } = useMember<string>(at);
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState<Completion>(NOTHING);
  const [active, setActive] = useState(0);
  const id = useId();
  const text = value ?? "";
  const close = () => setOpen(NOTHING);
  const take = (proposal: Proposal) => {
    const next = accept(text, input.current?.selectionStart ?? text.length, open, proposal);
    set(next.text);
    close();
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(next.caret, next.caret);
    });
  };
  const shown = open.proposals.length > 0;
  const empty =
    !optional && text.trim() === "" ? "Give a formula, such as 1% * pool.balance" : null;
  return (
    <div className={cx(styles.formula, "mono")}>
      <TextField
        label={label}
        hint={hint}
        optional={optional}
        isDisabled={locked}
        inputRef={input}
        spellCheck="false"
        autoComplete="off"
        aria-autocomplete="list"
        aria-controls={shown ? id : undefined}
        aria-activedescendant={shown ? `${id}-${active}` : undefined}
        error={error ?? empty}
        value={text}
        onChange={(next) => {
          set(next === "" && optional ? undefined : next);
          setOpen(complete(next, input.current?.selectionStart ?? next.length, deal));
          setActive(0);
        }}
        onBlur={close}
        onKeyDown={(event) => {
          const count = open.proposals.length;
          if (count > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
            event.preventDefault();
            setActive((active + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
          } else if (count > 0 && (event.key === "Enter" || event.key === "Tab")) {
            event.preventDefault();
            const chosen = open.proposals[active];
            if (chosen !== undefined) {
              take(chosen);
            }
          } else if (count > 0 && event.key === "Escape") {
            close();
          } else if (event.key === " " && event.ctrlKey) {
            event.preventDefault();
            setOpen(complete(text, input.current?.selectionStart ?? text.length, deal));
          } else {
            event.continuePropagation();
          }
        }}
      />
      {shown ? (
        <Proposals id={id} proposals={open.proposals} active={active} onTake={take} />
      ) : null}
    </div>
  );
}

/** The list below a formula or the caret of the text. */
export function Proposals({
  id,
  proposals,
  active,
  onTake,
  style,
}: {
  id: string;
  proposals: readonly Proposal[];
  active: number;
  onTake: (proposal: Proposal) => void;
  style?: React.CSSProperties;
}) {
  return (
    <div id={id} role="listbox" aria-label="Proposals" className={styles.proposals} style={style}>
      {proposals.map((proposal, index) => (
        <div
          key={proposal.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={cx(styles.proposal, index === active && styles.activeProposal)}
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(proposal);
          }}
        >
          <span className={styles.proposalText}>{proposal.label ?? proposal.text}</span>
          <span className={styles.proposalHint}>{proposal.hint}</span>
        </div>
      ))}
    </div>
  );
}
