import { Clock, History } from "lucide-react";
import { type ComponentType, lazy, Suspense } from "react";
import type { Job, ServiceHealth } from "@/api/schema";
import { counted } from "@/format/numbers";
import type { ServiceModule } from "@/services/types";
import { isActive } from "@/shell/jobs";
import text from "@/styles/text.module.css";
import { TextLink } from "@/ui/Button";
import { Age, KeyValues } from "@/ui/Figures";
import { Lamp, lampOf, StatusChip } from "@/ui/Marks";
import styles from "./Home.module.css";

const instruments = new Map<string, ComponentType>();

/** The service's own instrument in small, made once. */
function instrumentOf(module: ServiceModule): ComponentType | undefined {
  if (module.instrument !== undefined && !instruments.has(module.name)) {
    instruments.set(module.name, lazy(module.instrument));
  }
  return instruments.get(module.name);
}

interface ServiceCardProps {
  module: ServiceModule;
  health: ServiceHealth | undefined;
  jobs: readonly Job[];
}

/** Name, state, instrument (or health), and what runs. */
export function ServiceCard({ module, health, jobs }: ServiceCardProps) {
  const Instrument = instrumentOf(module);
  const running = jobs.filter(isActive).length;
  const last = jobs.find((job) => !isActive(job));
  return (
    <section className={styles.card} aria-label={module.title}>
      <div className={styles.cardHead}>
        <module.Glyph />
        <TextLink to={`/${module.name}`}>{module.title}</TextLink>
        <StatusChip state={lampOf(health?.status)} />
      </div>
      {Instrument === undefined ? (
        <>
          <p className={styles.purpose}>{module.purpose}</p>
          <KeyValues
            rows={(health?.items ?? []).slice(0, 4).map((item) => [
              item.name,
              <span key={item.name} className={text.row} style={{ justifyContent: "end" }}>
                {item.detail}
                <Lamp state={lampOf(item.status)} label={false} />
              </span>,
            ])}
          />
        </>
      ) : (
        <Suspense fallback={<p className={styles.purpose}>{module.purpose}</p>}>
          <Instrument />
        </Suspense>
      )}
      <div className={styles.foot}>
        {running > 0 ? (
          <>
            <History size={14} aria-hidden />
            {counted(running, "job")} running or waiting
          </>
        ) : last ? (
          <>
            <Clock size={14} aria-hidden />
            <span className={text.ellipsis}>
              {last.title} {last.state}
            </span>
            <span style={{ position: "relative", marginLeft: "auto" }}>
              <Age at={last.finished_at} />
            </span>
          </>
        ) : (
          "No job yet"
        )}
      </div>
    </section>
  );
}
