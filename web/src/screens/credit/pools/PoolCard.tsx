import { Link, useNavigate } from "@tanstack/react-router";
import { ChartArea, Ellipsis, Trash2, Upload } from "lucide-react";
import { formatCount, formatFraction, formatNumber, NOT_COMPUTABLE } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { fraction } from "@/format/units";
import { IconButton } from "@/ui/Button";
import { Menu } from "@/ui/Menu";
import type { PoolItem } from "../api/types";
import { amountUnit } from "../model/units";
import { useMayRun } from "../shared/access";
import { ClassMix } from "../shared/ClassMix";
import styles from "./Pools.module.css";

export const poolPath = (id: string) => `/credit/pools/${encodeURIComponent(id)}`;

/** Name, class mix and the four figures that tell pools apart. */
export function PoolCard({ pool, onDelete }: { pool: PoolItem; onDelete: () => void }) {
  const { summary } = pool;
  const unit = amountUnit(summary.balance, pool.currency);
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <Link to={poolPath(pool.id)} className={styles.cardName}>
          {pool.name}
        </Link>
        <span className={styles.menu}>
          <PoolMenu pool={pool} onDelete={onDelete} />
        </span>
      </div>
      <dl className={styles.figures}>
        <div>
          <dt>Balance, {unit.currency}</dt>
          <dd>
            {unit.format(summary.balance, 1)}
            <span className={styles.unit}>{unit.short}</span>
          </dd>
        </div>
        <div>
          <dt>Loans</dt>
          <dd>{formatCount(summary.asset_count)}</dd>
        </div>
        <div>
          <dt>WAC</dt>
          <dd>{percentOf(summary.wac)}</dd>
        </div>
        <div>
          <dt>WAM, mo</dt>
          <dd>{monthsOf(summary.wam)}</dd>
        </div>
      </dl>
      <ClassMix classes={summary.classes} />
      <div className={styles.note}>
        {pool.cut_off_date === null
          ? "No cut-off date"
          : `Cut-off ${formatDate(pool.cut_off_date)}`}
        {` · version ${pool.version}`}
      </div>
    </li>
  );
}

export const percentOf = (value: number | null) =>
  value === null ? NOT_COMPUTABLE : formatFraction(fraction(value));
export const monthsOf = (value: number | null) =>
  value === null ? NOT_COMPUTABLE : formatNumber(value, 0);

/** What can be done with a pool, from its card or its row. */
export function PoolMenu({ pool, onDelete }: { pool: PoolItem; onDelete: () => void }) {
  const navigate = useNavigate();
  const may = useMayRun();
  const hint = may ? undefined : "needs credit:operator";
  return (
    <Menu
      label={`Acts on ${pool.name}`}
      items={[
        {
          id: "workbench",
          text: "Open workbench",
          icon: <ChartArea size={14} />,
          onAct: () => void navigate({ to: `${poolPath(pool.id)}/workbench` }),
        },
        {
          id: "tape",
          text: "Replace tape…",
          icon: <Upload size={14} />,
          disabled: !may,
          hint,
          onAct: () => void navigate({ to: "/credit/upload", search: { pool: pool.id } as never }),
        },
        null,
        {
          id: "delete",
          text: "Delete pool…",
          icon: <Trash2 size={14} />,
          danger: true,
          disabled: !may,
          hint,
          onAct: onDelete,
        },
      ]}
    >
      <IconButton label={`Acts on ${pool.name}`} small>
        <Ellipsis size={14} />
      </IconButton>
    </Menu>
  );
}
