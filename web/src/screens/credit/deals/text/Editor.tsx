import {
  type CSSProperties,
  type Ref,
  useId,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import { cx } from "@/ui/cx";
import type { Deal, Fault } from "../api/structure";
import { Proposals } from "../builder/FormulaField";
import { accept, type Proposal } from "../model/completion";
import { replacementOf } from "../model/suggest";
import { indent, newLine, placeOfOffset, tokensOf } from "../model/text";
import { Coded } from "../shared/Coded";
import styles from "./Text.module.css";
import { useProposals } from "./useProposals";

export interface EditorHandle {
  select: (start: number, end: number) => void;
}

const LINE = 20;

/** A text area over its own coloured copy: line numbers, faults under the text, proposals. */
export function Editor({
  ref,
  label,
  text,
  faults,
  deal,
  locked,
  onChange,
  onFix,
}: {
  ref: Ref<EditorHandle>;
  label: string;
  text: string;
  faults: readonly Fault[];
  deal: Deal;
  locked: boolean;
  onChange: (text: string) => void;
  onFix: (fault: Fault) => void;
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  const { open, propose, close } = useProposals(deal);
  const [active, setActive] = useState(0);
  const leaving = useRef(false);
  const [caret, setCaret] = useState(0);
  const id = useId();
  const lines = useMemo(() => text.split("\n"), [text]);
  const byLine = useMemo(() => linesOf(faults), [faults]);
  const select = (start: number, end: number) =>
    requestAnimationFrame(() => {
      const box = area.current;
      if (box !== null) {
        box.focus({ preventScroll: true });
        box.setSelectionRange(start, end);
        setCaret(start);
        const scroller = box.closest<HTMLElement>(`.${styles.scroller}`);
        const top = (placeOfOffset(box.value, start).line - 1) * LINE;
        if (
          scroller &&
          (top < scroller.scrollTop || top > scroller.scrollTop + scroller.clientHeight - 3 * LINE)
        ) {
          scroller.scrollTop = Math.max(0, top - scroller.clientHeight / 2);
        }
      }
    });
  useImperativeHandle(ref, () => ({ select }));
  const put = (next: { text: string; caret: number }) => {
    onChange(next.text);
    select(next.caret, next.caret);
  };
  const take = (proposal: Proposal) => {
    put(accept(text, area.current?.selectionStart ?? caret, open, proposal));
    close();
  };
  const shown = open.proposals.length > 0;
  const place = placeOfOffset(text, caret);
  const fault = faults.find((one) => one.line === place.line);
  const replacement = replacementOf(fault?.suggestion);
  const keys = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    const { selectionStart: start, selectionEnd: end } = event.currentTarget;
    const count = open.proposals.length;
    const chosen = open.proposals[active];
    const act = keyAct(event, { count, shown, fault, leaving });
    if (act === null) {
      return;
    }
    event.preventDefault();
    switch (act) {
      case "down":
        return setActive((active + 1) % count);
      case "up":
        return setActive((active + count - 1) % count);
      case "take":
        return chosen === undefined ? undefined : take(chosen);
      case "close":
        return close();
      case "propose":
        setActive(0);
        return propose(text, start);
      case "fix":
        return fault === undefined ? undefined : onFix(fault);
      case "line":
        return put(newLine(text.slice(0, start) + text.slice(end), start));
      case "indent":
      case "outdent": {
        const next = indent(text, { start, end }, act === "outdent");
        onChange(next.text);
        return void select(next.start, next.end);
      }
    }
  };
  return (
    <>
      <div className={styles.scroller} tabIndex={-1}>
        <div className={styles.page}>
          <div className={styles.gutter} aria-hidden="true">
            {lines.map((_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its number
              <div key={index} className={cx(byLine.has(index + 1) && styles.badLine)}>
                {index + 1}
              </div>
            ))}
          </div>
          <div className={styles.stack}>
            <pre className={styles.paint} aria-hidden="true">
              {lines.map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its number
                <Line key={index} line={line} faults={byLine.get(index + 1)} />
              ))}
            </pre>
            <textarea
              ref={area}
              className={styles.area}
              aria-label={label}
              aria-describedby={`${id}-keys`}
              aria-autocomplete="list"
              aria-controls={shown ? `${id}-list` : undefined}
              aria-activedescendant={shown ? `${id}-list-${active}` : undefined}
              aria-invalid={faults.length > 0 || undefined}
              spellCheck={false}
              autoCapitalize="off"
              autoComplete="off"
              wrap="off"
              readOnly={locked}
              value={text}
              onChange={(event) => {
                const { value, selectionStart } = event.currentTarget;
                onChange(value);
                setCaret(selectionStart);
                setActive(0);
                if (/[\p{L}\p{N}_".]$/u.test(value.slice(0, selectionStart))) {
                  propose(value, selectionStart);
                } else {
                  close();
                }
              }}
              onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
              onBlur={close}
              onKeyDown={locked ? undefined : keys}
            />
            {shown ? (
              <Proposals
                id={`${id}-list`}
                proposals={open.proposals}
                active={active}
                onTake={take}
                style={popPlace(text, open.from)}
              />
            ) : null}
          </div>
        </div>
      </div>
      <div className={styles.foot}>
        <span className="num">
          line {place.line}, column {place.column}
        </span>
        {fault === undefined ? (
          <span id={`${id}-keys`}>Ctrl Space proposes, Tab indents, Esc then Tab leaves</span>
        ) : (
          <span id={`${id}-keys`} className={styles.footFault}>
            <Coded text={fault.message} />
            {replacement === null ? null : (
              <>
                ; Alt Enter writes <code>{replacement}</code>
              </>
            )}
          </span>
        )}
      </div>
    </>
  );
}

type Act = "down" | "up" | "take" | "close" | "propose" | "fix" | "line" | "indent" | "outdent";

/** What a key does here; null leaves it to the browser. After Esc the next Tab leaves the text. */
function keyAct(
  event: React.KeyboardEvent,
  {
    count,
    shown,
    fault,
    leaving,
  }: {
    count: number;
    shown: boolean;
    fault: Fault | undefined;
    /** Whether the last key was Esc. */
    leaving: { current: boolean };
  },
): Act | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const wasLeaving = leaving.current;
  leaving.current = false;
  if (shown && count > 0) {
    const acts: Record<string, Act> = {
      ArrowDown: "down",
      ArrowUp: "up",
      Enter: "take",
      Tab: "take",
      Escape: "close",
    };
    const act = acts[key];
    if (act !== undefined && !ctrlKey && !metaKey && !altKey) {
      return act;
    }
  }
  if (key === " " && ctrlKey) {
    return "propose";
  }
  if (key === "Enter" && altKey && fault?.suggestion) {
    return "fix";
  }
  if (key === "Escape") {
    leaving.current = true;
    return null;
  }
  if (key === "Enter" && !ctrlKey && !metaKey && !altKey) {
    return "line";
  }
  return key === "Tab" && !wasLeaving ? (shiftKey ? "outdent" : "indent") : null;
}

function linesOf(faults: readonly Fault[]): Map<number, Fault[]> {
  const found = new Map<number, Fault[]>();
  for (const fault of faults) {
    found.set(fault.line, [...(found.get(fault.line) ?? []), fault]);
  }
  return found;
}

function popPlace(text: string, offset: number): CSSProperties {
  const { line, column } = placeOfOffset(text, offset);
  return { top: line * LINE + 8, left: `calc(${column - 1}ch + 10px)` };
}

/** One line in its colours, with its faults underlined. */
function Line({ line, faults }: { line: string; faults: readonly Fault[] | undefined }) {
  const marks = (faults ?? []).map((fault) => ({
    from: fault.column - 1,
    to: fault.column - 1 + Math.max(1, fault.length),
  }));
  let at = 0;
  const parts = tokensOf(line).flatMap((token) => {
    const start = at;
    at += token.text.length;
    return split(start, token.text, marks).map((part) => ({ ...part, kind: token.kind }));
  });
  const beyond = marks.some((mark) => mark.from >= line.length);
  return (
    <div className={styles.line}>
      {parts.map((part) => (
        <span
          key={part.at}
          className={cx(
            part.kind !== "rest" && styles[`${part.kind}Token`],
            part.marked && styles.fault,
          )}
        >
          {part.text}
        </span>
      ))}
      {beyond ? <span className={styles.fault}> </span> : line === "" ? " " : null}
    </div>
  );
}

function split(
  start: number,
  text: string,
  marks: readonly { from: number; to: number }[],
): { at: number; text: string; marked: boolean }[] {
  const cuts = new Set([start, start + text.length]);
  for (const mark of marks) {
    for (const cut of [mark.from, mark.to]) {
      if (cut > start && cut < start + text.length) {
        cuts.add(cut);
      }
    }
  }
  const places = [...cuts].sort((left, right) => left - right);
  return places.slice(0, -1).map((from, index) => {
    const to = places[index + 1] ?? from;
    return {
      at: from,
      text: text.slice(from - start, to - start),
      marked: marks.some((mark) => mark.from < to && mark.to > from),
    };
  });
}
