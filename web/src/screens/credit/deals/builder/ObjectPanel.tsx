import { Copy, Trash2 } from "lucide-react";
import { useState } from "react";
import { counted } from "@/format/numbers";
import { Button, IconButton } from "@/ui/Button";
import { AlertDialog } from "@/ui/Dialog";
import { Panel, PanelBody } from "@/ui/Panel";
import { Empty } from "@/ui/States";
import type { Waterfall } from "../api/structure";
import {
  addObject,
  freeName,
  namesIn,
  nodesOf,
  removeObject,
  type Section,
  sectionLook,
  titleOf,
  usesOf,
  whereIs,
} from "../model/objects";
import { insertAt, readAt } from "../model/pointer";
import { BondForm } from "./BondForm";
import styles from "./Builder.module.css";
import { useBuilding } from "./context";
import { Choice } from "./fields";
import {
  AccountForm,
  CallForm,
  DatesForm,
  FeeForm,
  LedgerForm,
  PoolForm,
  TestForm,
  VariableForm,
} from "./SmallForms";
import { StepList } from "./StepList";
import { STATUS_OPTIONS, TriggerForm } from "./TriggerForm";

/** The form of the object that is chosen in the tree. */
export function ObjectPanel() {
  const { deal, at, locked, edit, select } = useBuilding();
  const [, name = "dates", index] = at.split("/");
  const section = name as Section;
  const look = sectionLook(section);
  const pointer = index === undefined ? `/${section}` : `/${section}/${index}`;
  const item = readAt(deal, pointer) as { name: string } | undefined;
  const [leaving, setLeaving] = useState(false);
  if (section === "dates") {
    return (
      <Panel title="Dates and name" fill className={styles.object}>
        <PanelBody scroll>
          <DatesForm />
        </PanelBody>
      </Panel>
    );
  }
  if (index === undefined || item === undefined) {
    return (
      <Panel title={look.title} fill className={styles.object}>
        <Empty
          title={nodesOf(deal, section).length === 0 ? `No ${look.one} yet` : look.title}
          actions={
            <Button
              kind="primary"
              isDisabled={locked}
              onPress={() => {
                const added = addObject(deal, section);
                edit(added.deal);
                select(added.pointer);
              }}
            >
              Add a {look.one}
            </Button>
          }
        >
          {look.purpose}.
        </Empty>
      </Panel>
    );
  }
  const uses = usesOf(deal, pointer);
  const title = titleOf(item);
  const duplicate = () => {
    const copy = { ...structuredClone(item), name: freeName(namesIn(deal, section), item.name) };
    const place = Number(index) + 1;
    edit(insertAt(deal, `/${section}`, place, copy));
    select(`/${section}/${place}`);
  };
  const remove = () => {
    edit(removeObject(deal, pointer));
    select(`/${section}`);
  };
  return (
    <Panel
      title={title}
      sub={
        section === "waterfalls"
          ? "in this order"
          : uses.length === 0
            ? `${look.one}, not used`
            : `${look.one}, used ${counted(uses.length, "time")}`
      }
      fill
      className={styles.object}
      actions={
        locked ? null : (
          <>
            {section === "waterfalls" ? null : (
              <IconButton label={`Duplicate ${title}`} small onPress={duplicate}>
                <Copy size={14} />
              </IconButton>
            )}
            <IconButton
              label={`Delete ${title}`}
              small
              onPress={() => (uses.length > 0 ? setLeaving(true) : remove())}
            >
              <Trash2 size={14} />
            </IconButton>
          </>
        )
      }
    >
      <PanelBody scroll>
        <Form key={pointer} section={section} at={pointer} />
      </PanelBody>
      <AlertDialog
        open={leaving}
        onClose={() => setLeaving(false)}
        title={`Delete ${title}`}
        consequence={
          <>
            It is used {counted(uses.length, "time")}: {where(uses, (use) => whereIs(deal, use))}.
            Those places will not pass the check until they name something else.
          </>
        }
        keep={`Keep ${look.one}`}
        act={`Delete ${look.one}`}
        onAct={remove}
      />
    </Panel>
  );
}

const MOST_NAMED = 4;

function where(uses: readonly string[], words: (use: string) => string): string {
  const places = [...new Set(uses.map(words))];
  const rest = places.length - MOST_NAMED;
  return `${places.slice(0, MOST_NAMED).join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`;
}

function Form({ section, at }: { section: Exclude<Section, "dates">; at: string }) {
  switch (section) {
    case "pools":
      return <PoolForm at={at} />;
    case "accounts":
      return <AccountForm at={at} />;
    case "ledgers":
      return <LedgerForm at={at} />;
    case "fees":
      return <FeeForm at={at} />;
    case "bonds":
      return <BondForm at={at} />;
    case "variables":
      return <VariableForm at={at} />;
    case "triggers":
      return <TriggerForm at={at} />;
    case "tests":
      return <TestForm at={at} />;
    case "calls":
      return <CallForm at={at} />;
    case "waterfalls":
      return <WaterfallForm at={at} />;
  }
}

function WaterfallForm({ at }: { at: string }) {
  const { deal } = useBuilding();
  const fall = readAt(deal, at) as Waterfall;
  const taken = deal.waterfalls.map((one) => one.status);
  return (
    <>
      <div className={styles.form}>
        <Choice
          at={`${at}/status`}
          label="While the deal is"
          hint="A status without a waterfall of its own uses the amortizing one."
          options={STATUS_OPTIONS.filter(
            (one) => one.value === fall.status || !taken.includes(one.value),
          )}
        />
      </div>
      <StepList list={`${at}/steps`} steps={fall.steps} label={`Steps, ${titleOf(fall)}`} />
    </>
  );
}
