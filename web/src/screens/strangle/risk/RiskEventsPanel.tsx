import { useQuery } from "@tanstack/react-query";
import { Instant } from "@/ui/Figures";
import { Severity, type SeverityLevel } from "@/ui/Marks";
import { Panel } from "@/ui/Panel";
import { Empty, Loaded, Skeleton } from "@/ui/States";
import { riskEventsQuery } from "../api/queries";
import { sentenceOf } from "../model/desk";
import { usePerson } from "../shared/person";
import styles from "./Risk.module.css";

const LEVELS: Record<string, SeverityLevel> = {
  critical: "critical",
  warning: "medium",
  info: "info",
};

/** Who changed a guard, and what guards refused. */
export function RiskEventsPanel() {
  const query = useQuery(riskEventsQuery);
  const person = usePerson();
  return (
    <Panel title="Risk events" sub="newest first, IST">
      <Loaded query={query} what="Risk events" skeleton={<Skeleton rows={3} />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No risk event">
              Changes of the trading state and of the guards, and orders that a guard refused, are
              listed here.
            </Empty>
          ) : (
            <ul className={styles.events}>
              {items.map((event) => (
                <li key={event.id} className={styles.event}>
                  <Severity level={LEVELS[event.severity] ?? "info"} />
                  <span>
                    {sentenceOf(event.message)}{" "}
                    <span className={styles.actor}>{person(event.actor)}</span>
                  </span>
                  <Instant at={event.at} zone="IST" />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
