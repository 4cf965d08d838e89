import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useMemo } from "react";
import { formatDate } from "@/format/time";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Metric } from "@/ui/Figures";
import { Empty, Loaded } from "@/ui/States";
import { useSearchState } from "../../../search";
import type { AmountUnit } from "../../model/units";
import { DEALS_KEY } from "../api/queries";
import { type Explanation, explainRun, type ScenarioRun } from "../api/runs";
import type { Deal } from "../api/structure";
import { stepAtPlace } from "../model/places";
import { NOTE_WORDS, type ReplayStep, replay } from "../model/replay";
import { stepWords } from "../model/steps";
import { ScrollRegion } from "../shared/ScrollRegion";
import { type Cell, cellToText } from "./cell";
import styles from "./Results.module.css";
import { runUnit } from "./units";

/** Why a class got what it got: in sentences for a kept run, by its steps for a preview. */
export function Explain({
  dealId,
  deal,
  scenario,
  runId,
  cell,
  reason,
  onKeep,
}: {
  dealId: string;
  deal: Deal;
  scenario: ScenarioRun;
  runId: string | null;
  cell: Cell;
  /** Why the preview cannot be kept; null when it can. */
  reason: string | null;
  onKeep: () => void;
}) {
  const [, change] = useSearchState();
  const { run } = scenario;
  const unit = runUnit(run, deal);
  const at = run.dates.indexOf(cell.date);
  const query = useQuery({
    queryKey: [...DEALS_KEY, dealId, "runs", runId, "explain", scenario.name, cell],
    queryFn: ({ signal }) =>
      explainRun(
        dealId,
        runId ?? "",
        { bond: cell.bond, date: cell.date, scenario: scenario.name },
        signal,
      ),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: runId !== null && at >= 0,
  });
  const go = (by: -1 | 1) => {
    const date = run.dates[at + by];
    if (date !== undefined) {
      change({ cell: cellToText({ ...cell, date }) });
    }
  };
  if (at < 0) {
    return (
      <div className={styles.explain}>
        <Empty title="No such payment">
          {formatDate(cell.date)} is not a payment date of the run that is shown.
        </Empty>
      </div>
    );
  }
  return (
    <div className={styles.explain}>
      <div className={styles.walk}>
        <IconButton label="Payment before" small isDisabled={at === 0} onPress={() => go(-1)}>
          <ChevronLeft size={14} />
        </IconButton>
        <strong>{formatDate(cell.date)}</strong>
        <IconButton
          label="Payment after"
          small
          isDisabled={at === run.dates.length - 1}
          onPress={() => go(1)}
        >
          <ChevronRight size={14} />
        </IconButton>
      </div>
      {runId === null ? (
        <PreviewSteps
          deal={deal}
          scenario={scenario}
          cell={cell}
          at={at}
          unit={unit}
          reason={reason}
          onKeep={onKeep}
        />
      ) : (
        <Loaded query={query} what="The explanation">
          {(told) => <Told told={told} unit={unit} />}
        </Loaded>
      )}
    </div>
  );
}

function Told({ told, unit }: { told: Explanation; unit: AmountUnit }) {
  return (
    <>
      <Figures
        unit={unit}
        due={told.interest_due}
        interest={told.interest_paid}
        principal={told.principal_paid + told.residual_paid}
        missing={told.interest_shortfall}
        before={told.balance_before}
        after={told.balance_after}
      />
      <div className={styles.sentences}>
        {told.sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <ScrollRegion className={styles.steps} label="Steps of the date">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" className={styles.left}>
                Step
              </th>
              <th scope="col">Due</th>
              <th scope="col">Paid</th>
              <th scope="col">To {told.bond}</th>
            </tr>
          </thead>
          <tbody>
            {told.steps.map((step) => (
              <tr key={step.place} className={cx(!step.concerns && styles.flowIdle)}>
                <td className={styles.left}>
                  {step.concerns ? <strong>{step.text}</strong> : step.text}
                  <div className={styles.flowNote}>{step.sentence}</div>
                </td>
                <td>{step.requested === null ? "" : unit.format(step.requested)}</td>
                <td>{unit.format(step.paid)}</td>
                <td>{step.to_bond === 0 ? "" : unit.format(step.to_bond)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}

function Figures(props: {
  unit: AmountUnit;
  due: number;
  interest: number;
  principal: number;
  missing: number;
  before: number;
  after: number;
}) {
  const { unit } = props;
  return (
    <div className={styles.explainFigures}>
      <Metric name="Interest owed" value={unit.format(props.due)} />
      <Metric
        name="Interest paid"
        value={unit.format(props.interest)}
        note={
          props.missing > 0.005 ? (
            <span className={styles.bad}>{unit.format(props.missing)} missing</span>
          ) : (
            "in full"
          )
        }
      />
      <Metric
        name="Principal and rest"
        value={unit.format(props.principal)}
        note={`${unit.format(props.before)} before, ${unit.format(props.after)} after`}
      />
    </div>
  );
}

/** The steps that concern the class, from the log of the preview. */
function PreviewSteps({
  deal,
  scenario,
  cell,
  at,
  unit,
  reason,
  onKeep,
}: {
  deal: Deal;
  scenario: ScenarioRun;
  cell: Cell;
  at: number;
  unit: AmountUnit;
  reason: string | null;
  onKeep: () => void;
}) {
  const { run } = scenario;
  const steps = useMemo(() => replay(run, at), [run, at]);
  const bond = run.bonds.find((one) => one.name === cell.bond);
  if (bond === undefined) {
    return <Empty title={`No class called ${cell.bond}`} />;
  }
  const own = (step: ReplayStep) =>
    step.parts.find((part) => part.name === cell.bond && part.party !== "support");
  const words = (step: ReplayStep) => {
    const found = stepAtPlace(deal, step.place);
    return found === null ? step.place : (found.label ?? stepWords(found));
  };
  return (
    <>
      <Figures
        unit={unit}
        due={(bond.interest_due[at] ?? 0) + (at > 0 ? (bond.interest_overdue[at - 1] ?? 0) : 0)}
        interest={bond.interest_paid[at] ?? 0}
        principal={(bond.principal[at] ?? 0) + (bond.residual[at] ?? 0)}
        missing={bond.interest_overdue[at] ?? 0}
        before={bond.begin[at] ?? 0}
        after={bond.balance[at] ?? 0}
      />
      <p>
        These are the steps of the preview. Keep the run to have this payment explained in sentences
        {reason === null ? "." : `; it cannot be kept yet: ${reason}.`}
      </p>
      <Button kind="primary" isDisabled={reason !== null} onPress={onKeep}>
        Run, keep and explain…
      </Button>
      {steps.length === 0 ? null : (
        <ScrollRegion className={styles.steps} label="Steps of the date">
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col" className={styles.left}>
                  Step
                </th>
                <th scope="col">Paid</th>
                <th scope="col">To {cell.bond}</th>
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <tr key={step.entry} className={cx(own(step) === undefined && styles.flowIdle)}>
                  <td className={styles.left}>
                    {words(step)}
                    <div className={styles.flowNote}>{NOTE_WORDS[step.note]}</div>
                  </td>
                  <td>{unit.format(step.paid)}</td>
                  <td>{own(step) === undefined ? "" : unit.format(own(step)?.amount ?? 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </>
  );
}
