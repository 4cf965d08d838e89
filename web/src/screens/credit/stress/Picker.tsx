import { useQueryClient } from "@tanstack/react-query";
import { Copy, Ellipsis, Pencil, Play, Plus, Trash2, X } from "lucide-react";
import { useState } from "react";
import { counted } from "@/format/numbers";
import { shownKeys } from "@/shell/shortcuts";
import { Button, IconButton } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { AlertDialog } from "@/ui/Dialog";
import { Menu } from "@/ui/Menu";
import { Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { toast } from "@/ui/toasts";
import type { PoolItem, Run } from "../api/types";
import { classLook } from "../model/units";
import { NeedsOperator } from "../shared/access";
import {
  deleteScenario,
  type SavedScenario,
  STRESS_KEY,
  type StressScenario,
  saveScenario,
  updateScenario,
} from "./api";
import { grouped } from "./choice";
import { type Factors, type OwnScenario, sayFactors, titleOf } from "./factors";
import { type EditedScenario, ScenarioEditor } from "./ScenarioEditor";
import styles from "./Stress.module.css";

const CLASS_DEFAULTS = "defaults";
const GROUPS: Record<string, string> = {
  predefined: "Predefined",
  historical: "Historical",
};

export interface PickerProps {
  pools: readonly PoolItem[];
  poolId: string | null;
  onPool: (id: string) => void;
  runs: readonly Run[];
  runId: string | null;
  onRun: (id: string | null) => void;
  scenarios: readonly StressScenario[];
  saved: readonly SavedScenario[];
  names: readonly string[];
  onNames: (names: readonly string[]) => void;
  own: readonly OwnScenario[];
  onOwn: (own: readonly OwnScenario[]) => void;
  may: boolean;
  busy: boolean;
  /** How many scenarios a run has beside the base. */
  count: number;
  onStart: () => void;
}

type Open =
  | { what: "new"; start: EditedScenario }
  | { what: "edit"; saved: SavedScenario }
  | { what: "own"; at: number }
  | null;

const FRESH: EditedScenario = { name: "", description: "", factors: {} };

/** Pool, assumptions and scenarios of the next run. */
export function Picker(props: PickerProps) {
  const { pools, poolId, onPool, runs, runId, onRun, scenarios, saved, names, onNames } = props;
  const { own, onOwn, may, busy, count, onStart } = props;
  const client = useQueryClient();
  const [open, setOpen] = useState<Open>(null);
  const [leaving, setLeaving] = useState<SavedScenario | null>(null);
  const groups = grouped(scenarios, saved);
  const toggle = (name: string) =>
    onNames(names.includes(name) ? names.filter((one) => one !== name) : [...names, name]);
  const taken = [...scenarios, ...saved, ...own].map((one) => one.name);
  const without = (name: string) => taken.filter((one) => one !== name);
  const refresh = () => client.invalidateQueries({ queryKey: STRESS_KEY });
  const save = async (edited: EditedScenario) => {
    const made = await saveScenario(edited);
    toast({ tone: "ok", text: `Scenario ${made.name} is saved` });
    await refresh();
    return made;
  };
  const copy = (name: string, description: string, factors: Factors) =>
    setOpen({
      what: "new",
      start: { name: `${titleOf(name)} copy`, description, factors },
    });
  return (
    <Panel label="Scenarios to run" className={styles.picker}>
      <div className={styles.fields}>
        <Select
          label="Pool"
          options={pools.map((pool) => ({ value: pool.id, text: pool.name }))}
          value={poolId}
          onChange={onPool}
          placeholder="Choose a pool…"
        />
        <Select
          label="Assumptions"
          options={[
            { value: CLASS_DEFAULTS, text: "Class defaults" },
            ...runs.map((run) => ({ value: run.id, text: `As in ${run.name}` })),
          ]}
          value={runId ?? CLASS_DEFAULTS}
          onChange={(id) => onRun(id === CLASS_DEFAULTS ? null : id)}
          isDisabled={poolId === null}
        />
      </div>
      <div className={styles.list}>
        {groups.map(([group, members]) => (
          <fieldset key={group} aria-label={`${groupTitle(group)} scenarios`}>
            <div className={styles.group}>
              <span>{groupTitle(group)}</span>
              <AllOrNone
                title={groupTitle(group)}
                members={members.map((one) => one.name)}
                names={names}
                onNames={onNames}
              />
            </div>
            {members.map((one) => (
              <Row
                key={one.name}
                title={one.title || titleOf(one.name)}
                says={one.description || sayFactors(one.market_factors, one.speeds)}
                detail={one.description === "" ? null : sayFactors(one.market_factors, one.speeds)}
                on={names.includes(one.name)}
                onToggle={() => toggle(one.name)}
                acts={
                  <IconButton
                    label={`Copy ${one.title || titleOf(one.name)} to a scenario of your own`}
                    small
                    isDisabled={!may}
                    onPress={() => copy(one.name, one.description, one.market_factors)}
                  >
                    <Copy size={13} />
                  </IconButton>
                }
              />
            ))}
          </fieldset>
        ))}
        <fieldset aria-label="Scenarios of your own">
          <div className={styles.group}>
            <span>Your own</span>
            <Button
              small
              kind="quiet"
              icon={<Plus size={13} />}
              isDisabled={!may}
              onPress={() => setOpen({ what: "new", start: FRESH })}
            >
              New scenario…
            </Button>
          </div>
          {saved.map((one) => (
            <Row
              key={one.id}
              title={one.name}
              says={sayFactors(one.market_factors)}
              detail={one.description || null}
              on={names.includes(one.name)}
              onToggle={() => toggle(one.name)}
              acts={
                <Menu
                  label={`Acts on ${one.name}`}
                  items={[
                    {
                      id: "edit",
                      text: "Edit…",
                      icon: <Pencil size={14} />,
                      disabled: !may,
                      onAct: () => setOpen({ what: "edit", saved: one }),
                    },
                    {
                      id: "copy",
                      text: "Copy…",
                      icon: <Copy size={14} />,
                      disabled: !may,
                      onAct: () => copy(one.name, one.description, one.market_factors),
                    },
                    null,
                    {
                      id: "delete",
                      text: "Delete…",
                      icon: <Trash2 size={14} />,
                      danger: true,
                      disabled: !may,
                      onAct: () => setLeaving(one),
                    },
                  ]}
                >
                  <IconButton label={`Acts on ${one.name}`} small>
                    <Ellipsis size={14} />
                  </IconButton>
                </Menu>
              }
            />
          ))}
          {own.map((one, at) => (
            <Row
              key={one.name}
              title={one.name}
              says={`${sayFactors(one.factors)}; not saved`}
              detail={null}
              on
              acts={
                <>
                  <IconButton
                    label={`Edit ${one.name}`}
                    small
                    onPress={() => setOpen({ what: "own", at })}
                  >
                    <Pencil size={13} />
                  </IconButton>
                  <IconButton
                    label={`Leave out ${one.name}`}
                    small
                    onPress={() => onOwn(own.filter((_, other) => other !== at))}
                  >
                    <X size={13} />
                  </IconButton>
                </>
              }
            />
          ))}
          {saved.length === 0 && own.length === 0 ? (
            <div className={styles.scenario}>
              <span className={styles.says}>
                None yet. A scenario of your own moves rates, spreads, speeds and values together.
              </span>
            </div>
          ) : null}
        </fieldset>
      </div>
      <div className={styles.foot}>
        <div className={styles.footText}>
          {poolId === null
            ? "Choose a pool first"
            : count === 0
              ? "Choose at least one scenario"
              : `${counted(count, "scenario")} and the base`}
        </div>
        <Button
          kind="primary"
          icon={<Play size={14} />}
          keys={shownKeys("Mod+Enter")}
          isDisabled={!may || poolId === null || count === 0}
          isPending={busy}
          onPress={onStart}
        >
          Run
        </Button>
      </div>
      {may ? null : (
        <div className={styles.needs}>
          <NeedsOperator what="Running a stress test" />
        </div>
      )}
      {open?.what === "new" ? (
        <ScenarioEditor
          title="New scenario"
          start={open.start}
          taken={taken}
          onUse={(one) => onOwn([...own, { name: one.name, factors: one.factors }])}
          onSave={async (edited) => {
            const made = await save(edited);
            onNames([...names, made.name]);
          }}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {open?.what === "own" ? (
        <ScenarioEditor
          title="Scenario of your own"
          start={{ ...FRESH, ...own[open.at] }}
          taken={without(own[open.at]?.name ?? "")}
          onUse={(one) =>
            onOwn(
              own.map((other, at) =>
                at === open.at ? { name: one.name, factors: one.factors } : other,
              ),
            )
          }
          onSave={async (edited) => {
            const made = await save(edited);
            onOwn(own.filter((_, at) => at !== open.at));
            onNames([...names, made.name]);
          }}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {open?.what === "edit" ? (
        <ScenarioEditor
          title={`Edit ${open.saved.name}`}
          start={{
            name: open.saved.name,
            description: open.saved.description,
            factors: open.saved.market_factors,
          }}
          taken={without(open.saved.name)}
          onSave={async (edited) => {
            const made = await updateScenario(open.saved, edited);
            toast({ tone: "ok", text: `Scenario ${made.name} is saved` });
            onNames(names.map((name) => (name === open.saved.name ? made.name : name)));
            await refresh();
          }}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {leaving === null ? null : (
        <AlertDialog
          open
          onClose={() => setLeaving(null)}
          title={`Delete scenario ${leaving.name}`}
          consequence="It disappears for everybody. Runs that used it keep their figures."
          keep="Keep scenario"
          act="Delete scenario"
          onAct={async () => {
            await deleteScenario(leaving);
            toast({ tone: "ok", text: `Scenario ${leaving.name} deleted` });
            onNames(names.filter((name) => name !== leaving.name));
            await refresh();
          }}
        />
      )}
    </Panel>
  );
}

const groupTitle = (group: string) => GROUPS[group] ?? classLook(group).title;

function AllOrNone({
  title,
  members,
  names,
  onNames,
}: {
  title: string;
  members: readonly string[];
  names: readonly string[];
  onNames: (names: readonly string[]) => void;
}) {
  const all = members.every((name) => names.includes(name));
  const others = names.filter((name) => !members.includes(name));
  return (
    <Button
      small
      kind="quiet"
      aria-label={`${all ? "None" : "All"} of ${title.toLowerCase()}`}
      onPress={() => onNames(all ? others : [...others, ...members])}
    >
      {all ? "None" : "All"}
    </Button>
  );
}

function Row({
  title,
  says,
  detail,
  on,
  onToggle,
  acts,
}: {
  title: string;
  says: string;
  detail: string | null;
  on: boolean;
  onToggle?: () => void;
  acts: React.ReactNode;
}) {
  return (
    <div className={styles.scenario}>
      <Checkbox isSelected={on} isReadOnly={onToggle === undefined} onChange={onToggle}>
        <span className={styles.name}>{title}</span>
      </Checkbox>
      <span className={styles.acts}>{acts}</span>
      <span className={styles.says}>
        {says}
        {detail === null ? null : (
          <>
            <br />
            {detail}
          </>
        )}
      </span>
    </div>
  );
}
