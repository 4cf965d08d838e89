import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  Activity,
  Calculator,
  ChartArea,
  ChartColumn,
  Dices,
  Layers,
  ShieldCheck,
  Upload,
} from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { healthQuery } from "@/api/queries";
import { counted, formatCount } from "@/format/numbers";
import { CreditGlyph } from "@/services/glyphs";
import { isActive, useRecentJobs } from "@/shell/jobs";
import { useStatusItems } from "@/shell/status";
import { LinkButton, TextLink } from "@/ui/Button";
import { Age } from "@/ui/Figures";
import { JobList } from "@/ui/JobProgress";
import { Chip, lampOf, StatusChip } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Empty, ErrorPanel, Skeleton } from "@/ui/States";
import { allRunsQuery, poolsQuery } from "../api/queries";
import type { PoolItem } from "../api/types";
import { DeletePool } from "../pools/DeletePool";
import { PoolCard } from "../pools/PoolCard";
import poolStyles from "../pools/Pools.module.css";
import { Samples } from "../pools/Samples";
import { useMayRun } from "../shared/access";
import { simulationsQuery } from "../simulation/api";
import { stressRunsQuery } from "../stress/api";
import { STATE_TONES } from "../stress/StressRuns";
import styles from "./CreditHome.module.css";
import { KIND_TITLES, latestWork } from "./recent";

const SHOWN_POOLS = 3;
const SHOWN_WORK = 8;
const SHOWN_JOBS = 5;

const ENTRIES: readonly { to: string; title: string; text: string; icon: ReactNode }[] = [
  {
    to: "/credit/pools",
    title: "Pools",
    text: "Tapes, strata, and cash flows under assumptions",
    icon: <ChartArea size={16} />,
  },
  {
    to: "/credit/stress",
    title: "Stress",
    text: "What a pool is worth when markets and borrowers change",
    icon: <Activity size={16} />,
  },
  {
    to: "/credit/deals",
    title: "Deals",
    text: "Structures, waterfalls, and why a bond was paid what it was",
    icon: <Layers size={16} />,
  },
  {
    to: "/credit/simulation",
    title: "Simulation",
    text: "Distributions of value and loss, VaR and shortfall",
    icon: <Dices size={16} />,
  },
  {
    to: "/credit/loan",
    title: "Loan calculator",
    text: "One loan: schedule, payment, return",
    icon: <Calculator size={16} />,
  },
  {
    to: "/credit/verify",
    title: "Conformance",
    text: "Figures against published tables, cell by cell",
    icon: <ShieldCheck size={16} />,
  },
];

/** What runs, what was made lately, and the ways in. */
export default function CreditHome() {
  const may = useMayRun();
  const pools = useInfiniteQuery(poolsQuery);
  const health = useQuery(healthQuery).data?.find((one) => one.name === "credit");
  const [leaving, setLeaving] = useState<PoolItem | null>(null);
  const all = pools.data?.pages.flatMap((page) => page.items) ?? [];
  useStatusItems(pools.data ? [counted(all.length, "pool")] : []);
  return (
    <Page>
      <PageHead
        title="Credit"
        actions={
          may ? (
            <LinkButton to="/credit/upload" kind="primary" icon={<Upload size={14} />}>
              Upload tape
            </LinkButton>
          ) : null
        }
      >
        {health === undefined ? null : (
          <TextLink to="/status">
            <StatusChip state={lampOf(health.status)} />
          </TextLink>
        )}
      </PageHead>
      <nav aria-label="Parts of credit">
        <ul className={styles.entries}>
          {ENTRIES.map((entry) => (
            <li key={entry.to} className={styles.entry}>
              {entry.icon}
              <div>
                <Link to={entry.to} className={styles.entryName}>
                  {entry.title}
                </Link>
                <div className={styles.note}>{entry.text}</div>
              </div>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.columns}>
        <RecentWork />
        <Jobs />
      </div>
      <Panel
        title="Pools"
        sub={all.length > 0 ? formatCount(all.length) : undefined}
        actions={
          all.length > SHOWN_POOLS ? <TextLink to="/credit/pools">All pools</TextLink> : null
        }
      >
        {pools.isPending ? (
          <Skeleton rows={3} />
        ) : pools.error ? (
          <ErrorPanel
            what="Pools could not be loaded"
            error={pools.error}
            onRetry={() => void pools.refetch()}
          />
        ) : all.length === 0 ? (
          <Empty title="No pools yet" glyph={<CreditGlyph size={22} />}>
            A pool is a set of loans from a tape. Upload one, or start from a sample below.
          </Empty>
        ) : (
          <ul className={poolStyles.list}>
            {all.slice(0, SHOWN_POOLS).map((pool) => (
              <PoolCard key={pool.id} pool={pool} onDelete={() => setLeaving(pool)} />
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Samples" sub="made-up loans, one click">
        <div className={styles.samples}>
          <Samples />
        </div>
      </Panel>
      <DeletePool pool={leaving} onClose={() => setLeaving(null)} />
    </Page>
  );
}

function RecentWork() {
  const runs = useInfiniteQuery(allRunsQuery);
  const stress = useInfiniteQuery(stressRunsQuery);
  const simulations = useInfiniteQuery(simulationsQuery);
  const first = <Row,>(query: { data?: { pages: { items: Row[] }[] } }): Row[] =>
    query.data?.pages[0]?.items ?? [];
  const works = latestWork(first(runs), first(stress), first(simulations), SHOWN_WORK);
  const error = runs.error ?? stress.error ?? simulations.error;
  return (
    <Panel
      title="Recent runs"
      sub="analyses, stress tests, simulations"
      actions={<TextLink to="/credit/runs">All runs</TextLink>}
    >
      {runs.isPending || stress.isPending || simulations.isPending ? (
        <Skeleton rows={5} />
      ) : works.length === 0 && error ? (
        <ErrorPanel
          what="Runs could not be loaded"
          error={error}
          onRetry={() => {
            void runs.refetch();
            void stress.refetch();
            void simulations.refetch();
          }}
        />
      ) : works.length === 0 ? (
        <Empty title="No run yet" glyph={<ChartColumn size={20} />}>
          Runs that are saved in the workbench, stress tests and simulations appear here.
        </Empty>
      ) : (
        <ul className={styles.works}>
          {works.map((work) => (
            <li key={work.id} className={styles.work}>
              <TextLink to={work.to} search={work.search} className={styles.workName}>
                {work.name}
              </TextLink>
              <span className={styles.note}>
                {KIND_TITLES[work.kind]}
                {work.pool === "" ? "" : ` of ${work.pool}`}
              </span>
              <span className={styles.side}>
                {work.state === "succeeded" ? null : (
                  <Chip tone={STATE_TONES[work.state]}>{work.state.replace("_", " ")}</Chip>
                )}
                <Age at={work.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Jobs() {
  const query = useRecentJobs();
  const mine = (query.data?.items ?? []).filter((job) => job.service === "credit");
  const active = mine.filter(isActive);
  const shown = active.length > 0 ? active : mine.slice(0, SHOWN_JOBS);
  return (
    <Panel
      title={active.length > 0 ? "Running jobs" : "Last jobs"}
      sub={active.length > 0 ? formatCount(active.length) : undefined}
      actions={
        <TextLink to="/jobs" search={{ service: "credit" }}>
          All jobs
        </TextLink>
      }
    >
      {query.isPending ? (
        <Skeleton rows={3} />
      ) : shown.length === 0 ? (
        <Empty title="Nothing runs">
          Large analyses, stress tests and simulations run as jobs and show their progress here.
        </Empty>
      ) : (
        <JobList jobs={shown} />
      )}
    </Panel>
  );
}
