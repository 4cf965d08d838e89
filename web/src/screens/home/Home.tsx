import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { healthQuery, uiConfigQuery } from "@/api/queries";
import { counted } from "@/format/numbers";
import { formatDay } from "@/format/time";
import { runningModules } from "@/services/registry";
import { useNow } from "@/shell/clock";
import { useDecisions } from "@/shell/decisions";
import { isActive, useRecentJobs } from "@/shell/jobs";
import { openOverlay } from "@/shell/overlays";
import text from "@/styles/text.module.css";
import { Button, LinkButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { DecisionList } from "@/ui/DecisionList";
import { JobList } from "@/ui/JobProgress";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Empty, Loaded } from "@/ui/States";
import styles from "./Home.module.css";
import { Lanes } from "./Lanes";
import { ServiceCard } from "./ServiceCard";

const SHOWN = 5;

/** The instruments, what needs a decision, running jobs, the last 24 hours. */
export default function Home() {
  const config = useQuery(uiConfigQuery);
  const health = useQuery(healthQuery).data;
  const jobs = useRecentJobs();
  const decisions = useDecisions();
  const now = useNow(30_000);
  const modules = runningModules(config.data);
  const all = jobs.data?.items ?? [];
  const active = all.filter(isActive);
  return (
    <Page>
      <div className={styles.head}>
        <PageHead
          title="Desk overview"
          crumb="Home"
          actions={
            <span className={cx(text.small, text.text2)}>
              {counted(active.length, "job")} running or waiting ·{" "}
              {counted(decisions.length, "item needs", "items need")} a decision
            </span>
          }
        >
          <span className={text.text3}>{formatDay(now)}</span>
        </PageHead>
      </div>
      <Loaded query={config} what="The services">
        {() =>
          modules.length === 0 ? (
            <Panel label="Services">
              <Empty title="No service is running">
                This process serves the platform only. Start it with <code>--services</code>.
              </Empty>
            </Panel>
          ) : (
            <div className={styles.services}>
              {modules.map((module) => (
                <ServiceCard
                  key={module.name}
                  module={module}
                  health={health?.find((one) => one.name === module.name)}
                  jobs={all.filter((job) => job.service === module.name)}
                />
              ))}
            </div>
          )
        }
      </Loaded>
      <div className={styles.middle}>
        <Panel
          title="Needs a decision"
          sub="sorted by severity, then age"
          actions={
            decisions.length > SHOWN ? (
              <Button kind="quiet" small onPress={() => openOverlay("alerts")}>
                All alerts {decisions.length}
              </Button>
            ) : null
          }
        >
          {decisions.length === 0 ? (
            <div className={styles.calm}>
              <CircleCheck size={16} aria-hidden />
              Nothing needs a decision.
            </div>
          ) : (
            <DecisionList decisions={decisions.slice(0, SHOWN)} />
          )}
        </Panel>
        <Panel
          title="Running jobs"
          sub={active.length > 0 ? String(active.length) : undefined}
          actions={
            <LinkButton kind="quiet" small to="/jobs">
              All jobs
            </LinkButton>
          }
        >
          <Loaded query={jobs} what="Jobs">
            {() =>
              active.length === 0 ? (
                <div className={styles.calm}>No job is running.</div>
              ) : (
                <JobList jobs={active.slice(0, SHOWN)} />
              )
            }
          </Loaded>
        </Panel>
      </div>
      <Panel title="Last 24 hours" sub="every lane one service">
        <div className={styles.lanes}>
          <Lanes jobs={all} modules={modules} decisions={decisions} />
        </div>
      </Panel>
    </Page>
  );
}
