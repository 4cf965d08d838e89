import { Plus } from "lucide-react";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Severity } from "@/ui/Marks";
import { tally } from "../model/findings";
import { addObject, nodesOf, SECTIONS, type SectionLook } from "../model/objects";
import { isWithin } from "../model/pointer";
import styles from "./Builder.module.css";
import { useBuilding } from "./context";

/** The objects of the deal; arrow keys walk, the form beside it follows. */
export function Tree() {
  const walk = (event: React.KeyboardEvent<HTMLElement>) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-node]")];
      all[all.indexOf(event.target as HTMLElement) + by]?.focus();
    }
  };
  return (
    <nav className={styles.tree} aria-label="Objects of the deal" onKeyDown={walk}>
      {SECTIONS.map((section) => (
        <TreeSection key={section.id} section={section} />
      ))}
    </nav>
  );
}

function TreeSection({ section }: { section: SectionLook }) {
  const { deal, locked, edit, select } = useBuilding();
  const nodes = nodesOf(deal, section.id);
  const { id } = section;
  const add = () => {
    if (id !== "dates") {
      const added = addObject(deal, id);
      edit(added.deal);
      select(added.pointer);
    }
  };
  if (id === "dates") {
    return <Node pointer="/dates" title="Dates and name" section />;
  }
  return (
    <div className={styles.section}>
      <div className={styles.sectionHead}>
        <span>{section.title}</span>
        {locked ? null : (
          <IconButton label={`Add a ${section.one}`} small onPress={add}>
            <Plus size={13} />
          </IconButton>
        )}
      </div>
      {nodes.map((node) => (
        <Node key={node.pointer} pointer={node.pointer} title={node.title} />
      ))}
    </div>
  );
}

function Node({ pointer, title, section }: { pointer: string; title: string; section?: boolean }) {
  const { at, findings, select } = useBuilding();
  const { errors, warnings } = tally(findings, pointer);
  const chosen = isWithin(at, pointer);
  return (
    <button
      type="button"
      data-node
      className={cx(styles.node, section && styles.topNode, chosen && styles.chosenNode)}
      aria-current={chosen ? "true" : undefined}
      onClick={() => select(pointer)}
    >
      <span className={styles.nodeText}>{title}</span>
      {errors > 0 ? (
        <Severity level="critical" />
      ) : warnings > 0 ? (
        <Severity level="medium" />
      ) : null}
    </button>
  );
}
