import { ArrowDown, ArrowUp, Copy, Ellipsis, GripVertical, Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Severity } from "@/ui/Marks";
import { Menu } from "@/ui/Menu";
import { toast } from "@/ui/toasts";
import type { Step } from "../api/structure";
import { tally } from "../model/findings";
import { insertAt, placeOf, removeAt } from "../model/pointer";
import { ACTIONS, moveStep, newStep, nudgeStep, stepNotes, stepWords } from "../model/steps";

import { useBuilding } from "./context";
import { StepForm } from "./StepForm";
import styles from "./Steps.module.css";

/** The step that is being dragged; a browser tells it only when it is dropped. */
let dragged: string | null = null;
const DRAG_TYPE = "application/x-quintet-step";

/** Steps as ordered cards: dragged by the grip, moved with Alt and arrow keys. */
export function StepList({
  list,
  steps,
  label,
}: {
  list: string;
  steps: readonly Step[];
  label: string;
}) {
  const { deal, locked, edit, select } = useBuilding();
  const [over, setOver] = useState<number | null>(null);
  const drop = (index: number) => {
    setOver(null);
    if (dragged !== null) {
      const moved = moveStep(deal, dragged, list, index);
      dragged = null;
      edit(moved.deal);
      select(moved.pointer);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears that a drag has left
    <div
      className={styles.stepList}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) {
          setOver(null);
        }
      }}
    >
      <ol className={styles.steps} aria-label={label}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place
          <li key={index}>
            <StepCard
              at={`${list}/${index}`}
              index={index}
              count={steps.length}
              step={step}
              over={
                over === index
                  ? "before"
                  : over === index + 1 && index === steps.length - 1
                    ? "after"
                    : null
              }
              onOver={(half) => setOver(half === "before" ? index : index + 1)}
              onDrop={() => drop(over ?? index)}
            />
          </li>
        ))}
      </ol>
      {steps.length === 0 ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop on; the keys move steps too
        <div
          className={cx(styles.noSteps, over !== null && styles.dropHere)}
          onDragOver={(event) => {
            if (event.dataTransfer.types.includes(DRAG_TYPE)) {
              event.preventDefault();
              setOver(0);
            }
          }}
          onDrop={(event) => {
            event.preventDefault();
            drop(0);
          }}
        >
          No step yet
        </div>
      ) : null}
      {locked ? null : (
        <Menu
          label={`Add a step to ${label}`}
          items={ACTIONS.map((action) => ({
            id: action.do,
            text: action.title,
            hint: action.hint,
            onAct: () => {
              edit(insertAt(deal, list, steps.length, newStep(action.do, deal)));
              select(`${list}/${steps.length}`);
            },
          }))}
        >
          <Button small icon={<Plus size={14} />}>
            Add a step
          </Button>
        </Menu>
      )}
    </div>
  );
}

interface CardProps {
  at: string;
  index: number;
  count: number;
  step: Step;
  over: "before" | "after" | null;
  onOver: (half: "before" | "after") => void;
  onDrop: () => void;
}

function StepCard({ at, index, count, step, over, onOver, onDrop }: CardProps) {
  const building = useBuilding();
  const { deal, locked, edit, select, findings } = building;
  const card = useRef<HTMLDivElement>(null);
  const open = building.at === at;
  const { errors, warnings } = tally(findings, at);
  const words = stepWords(step);
  const nudge = (by: -1 | 1) => {
    const moved = nudgeStep(deal, at, by);
    if (moved.pointer !== at) {
      edit(moved.deal);
      if (open) {
        select(moved.pointer);
      }
      const [, place] = placeOf(moved.pointer);
      const cards = card.current?.closest("ol")?.children;
      (cards?.[place]?.querySelector("button[data-step]") as HTMLElement | null)?.focus();
    }
  };
  const remove = () => {
    const before = deal;
    edit(removeAt(deal, at));
    select(at.split("/").slice(0, 3).join("/"));
    toast({
      tone: "info",
      text: "Step deleted",
      detail: words,
      act: { text: "Undo", onAct: () => edit(before) },
    });
  };
  const duplicate = () => {
    const [list] = placeOf(at);
    edit(insertAt(deal, list, index + 1, structuredClone(step)));
    select(`${list}/${index + 1}`);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: drag only; the buttons inside do the same
    <div
      ref={card}
      className={cx(
        styles.step,
        open && styles.openStep,
        over === "before" && styles.dropBefore,
        over === "after" && styles.dropAfter,
      )}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(DRAG_TYPE)) {
          event.preventDefault();
          event.stopPropagation();
          const box = event.currentTarget.getBoundingClientRect();
          onOver(event.clientY < box.top + box.height / 2 ? "before" : "after");
        }
      }}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onDrop();
      }}
    >
      <div className={styles.stepHead}>
        {locked ? null : (
          <span
            className={styles.grip}
            draggable
            aria-hidden="true"
            onDragStart={(event) => {
              dragged = at;
              event.dataTransfer.setData(DRAG_TYPE, at);
              event.dataTransfer.effectAllowed = "move";
              if (card.current !== null) {
                event.dataTransfer.setDragImage(card.current, 12, 12);
              }
            }}
            onDragEnd={() => {
              dragged = null;
            }}
          >
            <GripVertical size={14} />
          </span>
        )}
        <span className={styles.stepNumber}>{index + 1}</span>
        <button
          type="button"
          data-step
          className={styles.stepOpen}
          aria-expanded={open}
          onClick={() => select(open ? at.split("/").slice(0, 3).join("/") : at)}
          onKeyDown={(event) => {
            if (locked) {
              return;
            }
            if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
              event.preventDefault();
              nudge(event.key === "ArrowUp" ? -1 : 1);
            } else if (event.key === "Delete") {
              event.preventDefault();
              remove();
            }
          }}
        >
          <span className={styles.stepWords}>{step.label ?? words}</span>
          {stepNotes(step).map(([name, value]) => (
            <span key={name} className={styles.stepNote}>
              {name} <code>{value}</code>
            </span>
          ))}
        </button>
        {errors > 0 ? (
          <Severity level="critical" />
        ) : warnings > 0 ? (
          <Severity level="medium" />
        ) : null}
        {locked ? null : (
          <span className={styles.stepActs}>
            <IconButton
              label={`Move step ${index + 1} up`}
              keys="Alt ↑"
              small
              isDisabled={index === 0}
              onPress={() => nudge(-1)}
            >
              <ArrowUp size={14} />
            </IconButton>
            <IconButton
              label={`Move step ${index + 1} down`}
              keys="Alt ↓"
              small
              isDisabled={index === count - 1}
              onPress={() => nudge(1)}
            >
              <ArrowDown size={14} />
            </IconButton>
            <Menu
              label={`Acts on step ${index + 1}`}
              items={[
                {
                  id: "copy",
                  text: "Duplicate",
                  icon: <Copy size={14} />,
                  onAct: duplicate,
                },
                {
                  id: "delete",
                  text: "Delete step",
                  icon: <Trash2 size={14} />,
                  keys: "Del",
                  danger: true,
                  onAct: remove,
                },
              ]}
            >
              <IconButton label={`Acts on step ${index + 1}`} small>
                <Ellipsis size={14} />
              </IconButton>
            </Menu>
          </span>
        )}
      </div>
      {open ? <StepForm at={at} step={step} /> : null}
      {step.action.do === "if" ? (
        <div className={styles.branches}>
          <Branch list={`${at}/action/then`} steps={step.action.then} title="Then" />
          <Branch
            list={`${at}/action/otherwise`}
            steps={step.action.otherwise ?? []}
            title="Otherwise"
          />
        </div>
      ) : null}
    </div>
  );
}

function Branch({ list, steps, title }: { list: string; steps: readonly Step[]; title: string }) {
  return (
    <div className={styles.branch}>
      <div className={styles.branchTitle}>{title}</div>
      <StepList list={list} steps={steps} label={title} />
    </div>
  );
}
