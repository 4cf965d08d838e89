import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { ChartArea, Ellipsis, ListChecks, Pencil, Trash2, Upload } from "lucide-react";
import { useState } from "react";
import { counted, formatCount, formatNumber, NOT_COMPUTABLE } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { useStatusItems } from "@/shell/status";
import { Button, IconButton, LinkButton } from "@/ui/Button";
import { Metric, MetricRow } from "@/ui/Figures";
import { Chip } from "@/ui/Marks";
import { Menu } from "@/ui/Menu";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Loaded } from "@/ui/States";
import { Tabs } from "@/ui/Tabs";
import { useSearchState } from "../../search";
import { poolQuery, poolStatsQuery } from "../api/queries";
import type { Pool } from "../api/types";
import { amountUnit } from "../model/units";
import { DeletePool } from "../pools/DeletePool";
import { monthsOf, percentOf, poolPath } from "../pools/PoolCard";
import { useMayRun } from "../shared/access";
import { ClassMix } from "../shared/ClassMix";
import { AssetsGrid } from "./AssetsGrid";
import { EditPool } from "./EditPool";
import styles from "./Pool.module.css";
import { DIMENSIONS, Stratification } from "./Stratification";

const TRAIL = [
  { title: "Credit", to: "/credit" },
  { title: "Pools", to: "/credit/pools" },
];

/** A pool in numbers: its averages, its slices, its loans. */
export default function PoolPage() {
  const { poolId = "" } = useParams({ strict: false }) as { poolId?: string };
  const query = useQuery(poolQuery(poolId));
  return (
    <Page fill>
      <Loaded query={query} what="The pool">
        {(pool) => <Shown pool={pool} />}
      </Loaded>
    </Page>
  );
}

function Shown({ pool }: { pool: Pool }) {
  const [search, change] = useSearchState();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const navigate = useNavigate();
  const stats = useQuery(poolStatsQuery(pool.id, pool.version));
  const { summary } = pool;
  const unit = amountUnit(summary.balance, pool.currency);
  useStatusItems([
    `Pool hash ${pool.content_hash.slice(0, 4)}…${pool.content_hash.slice(-4)}`,
    `Version ${pool.version}, ${pool.change_description.toLowerCase()}`,
    ...(pool.cut_off_date === null ? [] : [`Balances of ${formatDate(pool.cut_off_date)}`]),
  ]);
  return (
    <>
      <PageHead
        title={pool.name}
        trail={TRAIL}
        actions={
          <>
            <PoolActs pool={pool} onOpen={setOpen} />
            <LinkButton
              to={`${poolPath(pool.id)}/workbench`}
              kind="primary"
              icon={<ChartArea size={14} />}
            >
              Open workbench
            </LinkButton>
          </>
        }
      >
        <Chip>{counted(summary.asset_count, "loan")}</Chip>
        {pool.cut_off_date === null ? null : <Chip>cut-off {formatDate(pool.cut_off_date)}</Chip>}
        {pool.report !== null && pool.report.invalid > 0 ? (
          <Chip tone="warn">{formatCount(pool.report.invalid)} rows not in the pool</Chip>
        ) : null}
      </PageHead>
      <Panel label="Averages">
        <MetricRow>
          <Metric
            name={`Balance, ${unit.currency}`}
            value={unit.format(summary.balance, 1)}
            unit={unit.short}
            note={`of ${unit.format(summary.original_balance, 1)}${unit.short} lent`}
          />
          <Metric name="WAC" value={percentOf(summary.wac)} note="gross, by balance" />
          <Metric name="WAM" value={monthsOf(summary.wam)} unit="months" note="to maturity" />
          <Metric
            name="WALA"
            value={monthsOf(summary.wala)}
            unit="months"
            note="since origination"
          />
          <Metric
            name="FICO"
            value={
              summary.fico_score === null ? NOT_COMPUTABLE : formatNumber(summary.fico_score, 0)
            }
            note={summary.fico_score === null ? "no loan has a score" : "of loans with a score"}
          />
          <Metric
            name="LTV"
            value={percentOf(summary.ltv_ratio)}
            note={summary.ltv_ratio === null ? "no loan has a value" : "of loans with a value"}
          />
        </MetricRow>
        <div className={styles.mixPad}>
          <ClassMix classes={summary.classes} />
        </div>
        {pool.description === "" ? null : <p className={styles.description}>{pool.description}</p>}
      </Panel>
      <Panel label="The pool in slices and loans" fill className={styles.tall}>
        <Tabs
          label="Views of the pool"
          fill
          selected={search.tab ?? "rate"}
          onSelect={(tab) => change({ tab: tab === "rate" ? undefined : tab })}
          tabs={[
            ...DIMENSIONS.map(([dimension, title]) => ({
              id: dimension,
              title,
              content: (
                <Loaded query={stats} what="The slices">
                  {(data) => (
                    <Stratification
                      title={title}
                      slices={data.stratifications.find((one) => one.dimension === dimension)}
                      summary={data.summary}
                      unit={unit}
                    />
                  )}
                </Loaded>
              ),
            })),
            {
              id: "loans",
              title: "Loans",
              count: formatCount(summary.asset_count),
              content: <AssetsGrid pool={pool} />,
            },
          ]}
        />
      </Panel>
      {open === "edit" ? <EditPool pool={pool} onClose={() => setOpen(null)} /> : null}
      <DeletePool
        pool={open === "delete" ? pool : null}
        onClose={() => setOpen(null)}
        onDeleted={() => void navigate({ to: "/credit/pools" })}
      />
    </>
  );
}

function PoolActs({ pool, onOpen }: { pool: Pool; onOpen: (what: "edit" | "delete") => void }) {
  const navigate = useNavigate();
  const may = useMayRun();
  const hint = may ? undefined : "needs credit:operator";
  const upload = (search: Record<string, string>) =>
    void navigate({ to: "/credit/upload", search: search as never });
  return (
    <>
      <Button icon={<Pencil size={14} />} isDisabled={!may} onPress={() => onOpen("edit")}>
        Edit…
      </Button>
      <Menu
        label="More acts on the pool"
        items={[
          {
            id: "rows",
            text: "Check rows of the tape…",
            icon: <ListChecks size={14} />,
            disabled: !pool.has_tape || !may,
            hint: pool.has_tape ? hint : "the pool has no tape",
            onAct: () => upload({ pool: pool.id, draft: pool.id, step: "rows" }),
          },
          {
            id: "tape",
            text: "Replace tape…",
            icon: <Upload size={14} />,
            disabled: !may,
            hint,
            onAct: () => upload({ pool: pool.id }),
          },
          null,
          {
            id: "delete",
            text: "Delete pool…",
            icon: <Trash2 size={14} />,
            danger: true,
            disabled: !may,
            hint,
            onAct: () => onOpen("delete"),
          },
        ]}
      >
        <IconButton label="More acts on the pool">
          <Ellipsis size={14} />
        </IconButton>
      </Menu>
    </>
  );
}
