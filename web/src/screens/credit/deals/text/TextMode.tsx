import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import { counted } from "@/format/numbers";
import { Banner } from "@/ui/Banner";
import { Panel } from "@/ui/Panel";
import { Loaded } from "@/ui/States";
import { formatQuery, parseQuery } from "../api/queries";
import type { Fault, Finding } from "../api/structure";
import { Checks } from "../builder/Checks";
import type { ChecksState } from "../builder/useChecks";
import type { DraftState } from "../builder/useDealDraft";
import { useSettled } from "../builder/useSettled";
import { readAt } from "../model/pointer";
import { fixInText } from "../model/suggest";
import { applySuggestion, hasComments, offsetOf, spanOf } from "../model/text";
import { Editor, type EditorHandle } from "./Editor";
import styles from "./Text.module.css";

const SETTLE_MS = 300;
const NO_FAULTS: readonly Fault[] = [];

/** The deal as text; what the server reads in it becomes the structure of the builder. */
export function TextMode({
  state,
  checks,
  locked,
  name,
}: {
  state: DraftState;
  checks: ChecksState;
  locked: boolean;
  name: string;
}) {
  const { draft, key, type } = state;
  const formatted = useQuery({ ...formatQuery(key), enabled: draft.text === null });
  const text = draft.text ?? (formatted.isPlaceholderData ? undefined : formatted.data?.text);
  return (
    <Loaded
      query={{
        data: text,
        error: formatted.error,
        isPending: formatted.isPending,
        refetch: () => formatted.refetch(),
      }}
      what="The text"
    >
      {(shown) => (
        <Written
          text={shown}
          state={state}
          checks={checks}
          locked={locked}
          name={name}
          onType={type}
        />
      )}
    </Loaded>
  );
}

function Written({
  text,
  state,
  checks,
  locked,
  name,
  onType,
}: {
  text: string;
  state: DraftState;
  checks: ChecksState;
  locked: boolean;
  name: string;
  onType: DraftState["type"];
}) {
  const editor = useRef<EditorHandle>(null);
  const [said, setSaid] = useState(false);
  const settled = useSettled(text, SETTLE_MS);
  const parsed = useQuery(parseQuery(settled));
  const answer = parsed.isPlaceholderData ? undefined : parsed.data;
  const faults = answer?.faults ?? NO_FAULTS;
  const current = settled === text;
  // What was read becomes the structure; while it cannot be read the last one stays.
  useEffect(() => {
    const deal = answer?.deal;
    const changed = deal && JSON.stringify(deal) !== JSON.stringify(state.latest.current.deal);
    if (current && deal && changed && state.latest.current.text === text) {
      onType(text, deal);
    }
  }, [answer, current, text, onType, state.latest]);
  const { mark } = state;
  const read = current ? answer : undefined;
  useEffect(() => {
    if (read !== undefined) {
      mark(read.faults.length > 0);
    }
  }, [read, mark]);
  const fix = (fault: Fault) => {
    const next = applySuggestion(text, fault);
    onType(next.text, null);
    editor.current?.select(next.caret, next.caret);
  };
  const go = (fault: Fault) => {
    const span = spanOf(text, fault);
    editor.current?.select(span.start, span.end);
  };
  const find = (finding: Finding) => {
    const { line, column, length } = finding;
    if (line && column) {
      const span = spanOf(text, { line, column, length: length ?? 1 });
      editor.current?.select(span.start, span.end);
    } else {
      const place = placeOfObject(text, state.draft.deal, finding.path);
      editor.current?.select(place, place);
    }
  };
  const findings = faults.length > 0 ? [] : (answer?.findings ?? checks.findings);
  const marks = current ? [...faults, ...findings.flatMap(markOf)] : NO_FAULTS;
  const failed = parsed.error === null ? null : asProblem(parsed.error);
  return (
    <>
      {hasComments(text) && !said ? (
        <Banner
          title="Comments belong to the text."
          actions={
            <button type="button" className={styles.link} onClick={() => setSaid(true)}>
              Close
            </button>
          }
        >
          They are saved with it and are lost when the objects are changed in Build.
        </Banner>
      ) : null}
      <div className={styles.lay}>
        <Panel
          title="Deal text"
          sub={
            faults.length > 0
              ? `${counted(faults.length, "fault")}; the objects are those of the last good text`
              : "read by the server while you type"
          }
          fill
          className={styles.panel}
        >
          <Editor
            ref={editor}
            label={`Text of ${name}`}
            text={text}
            faults={marks}
            deal={state.draft.deal}
            locked={locked}
            onChange={(next) => onType(next, null)}
            onFix={fix}
          />
        </Panel>
        <Checks
          deal={state.draft.deal}
          findings={findings}
          faults={faults}
          busy={parsed.isFetching || checks.busy || !current}
          failed={failed === null ? checks.failed : failed.detail || failed.title}
          onFault={go}
          onFix={locked || !current ? undefined : fix}
          onFinding={find}
          repair={(finding) => {
            const next = locked || !current ? null : fixInText(text, finding);
            return next === null ? null : () => onType(next, null);
          }}
        />
      </div>
    </>
  );
}

/** Errors of the check are marked in the text like faults. */
function markOf(finding: Finding): Fault[] {
  const { line, column, length, code, message, suggestion } = finding;
  return line && column && finding.severity === "error"
    ? [{ line, column, length: length ?? 1, code, message, suggestion }]
    : [];
}

/** Where an object stands in the text: the first line that names it in quotes. */
function placeOfObject(text: string, deal: object, path: string): number {
  const [, section = "", index = ""] = path.split("/");
  const item = readAt(deal, `/${section}/${index}`) as
    | { name?: string; status?: string }
    | undefined;
  const wanted =
    item?.name === undefined
      ? `waterfall ${(item?.status ?? "").replaceAll("_", " ")}`
      : `${section.replace(/s$/, "").replace("variable", "let")} "${item.name}"`;
  const found = text.indexOf(wanted);
  return found < 0 ? offsetOf(text, 1, 1) : found;
}
