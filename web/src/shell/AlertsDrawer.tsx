import { DecisionList } from "@/ui/DecisionList";
import { Drawer } from "@/ui/Dialog";
import { Empty } from "@/ui/States";
import { useDecisions } from "./decisions";
import styles from "./Overlays.module.css";
import { closeOverlay } from "./overlays";

/** What needs a decision, by severity, then age. */
export default function AlertsDrawer() {
  const decisions = useDecisions();
  return (
    <Drawer open onClose={closeOverlay} title="Needs a decision">
      <div className={styles.scroll}>
        {decisions.length === 0 ? (
          <Empty title="Nothing needs a decision">
            Unhealthy parts, failed jobs and what services ask for appear here.
          </Empty>
        ) : (
          <DecisionList decisions={decisions} stacked />
        )}
      </div>
    </Drawer>
  );
}
