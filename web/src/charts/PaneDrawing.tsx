import type { LaidPane, PaneSeries } from "./panes";
import { areaPath, linePath, niceTicks } from "./scale";

interface DrawingProps {
  laid: LaidPane;
  xs: readonly number[];
  x: (value: number) => number;
  left: number;
  right: number;
  /** Index under the cross-hair, or -1. */
  at: number;
  clip: string;
  titled: boolean;
}

/** One pane: grid, zero, series, levels, marks at the cross-hair. */
export function PaneDrawing({ laid, xs, x, left, right, at, clip, titled }: DrawingProps) {
  const { pane, top, bottom, bounds, y } = laid;
  const height = bottom - top;
  const tick = pane.tick ?? pane.format;
  const ticks = niceTicks(
    bounds.low,
    bounds.high,
    Math.max(2, Math.min(5, Math.round(height / 34))),
  );
  const slot = Math.abs(x(xs[1] ?? 1) - x(xs[0] ?? 0));
  const piled = pane.series.filter((one) => laid.stacks.has(one.id));
  const lines = pane.series.filter((one) => !laid.stacks.has(one.id));
  const falls = highAtStart(laid);
  return (
    <g>
      {ticks.map((value) => (
        <g key={value}>
          <path
            d={`M${left} ${Math.round(y(value)) + 0.5}H${right}`}
            stroke={value === 0 ? "var(--zero)" : "var(--grid)"}
          />
          <text x={left - 6} y={y(value) + 4} textAnchor="end" fill="var(--axis)">
            {tick(value)}
          </text>
        </g>
      ))}
      <g clipPath={`url(#${clip})`}>
        {piled.map((one) =>
          one.form === "bars" ? (
            <Bars key={one.id} series={one} laid={laid} xs={xs} x={x} slot={slot} at={at} />
          ) : (
            <path
              key={one.id}
              d={areaPath(
                xs,
                laid.stacks.get(one.id)?.low ?? [],
                laid.stacks.get(one.id)?.high ?? [],
                x,
                y,
              )}
              fill={one.color}
              opacity={one.opacity ?? 0.92}
              stroke="var(--surface-1)"
              strokeWidth={0.75}
            />
          ),
        )}
        {lines.map((one) => (
          <Line key={one.id} series={one} laid={laid} xs={xs} x={x} />
        ))}
        {at >= 0
          ? lines
              .filter((one) => !one.dashed && !one.silent)
              .map((one) => {
                const value = one.values[at];
                return value === null || value === undefined ? null : (
                  <circle
                    key={one.id}
                    cx={x(xs[at] ?? 0)}
                    cy={y(value)}
                    r={3}
                    fill="var(--surface-1)"
                    stroke={one.color}
                    strokeWidth={1.5}
                  />
                );
              })
          : null}
      </g>
      {pane.levels?.map((level) => (
        <g key={level.title}>
          <path
            d={`M${left} ${Math.round(y(level.value)) + 0.5}H${right}`}
            stroke={level.color ?? "var(--text-2)"}
            strokeDasharray="6 3"
          />
          <rect
            x={right - level.title.length * 6.2 - 12}
            y={y(level.value) - 9}
            width={level.title.length * 6.2 + 10}
            height={18}
            rx={4}
            fill="var(--surface-1)"
          />
          <text
            x={right - 6}
            y={y(level.value) + 4}
            textAnchor="end"
            fill={level.color ?? "var(--text-2)"}
          >
            {level.title}
          </text>
        </g>
      ))}
      {titled ? (
        <text
          x={falls ? right : left + 4}
          y={top + 6}
          textAnchor={falls ? "end" : "start"}
          fill="var(--text-2)"
        >
          {pane.title}
        </text>
      ) : null}
    </g>
  );
}

/** Whether the drawing is higher on the left: the title then goes to the right. */
function highAtStart(laid: LaidPane): boolean {
  const first = laid.pane.series[0];
  const values = (first && laid.stacks.get(first.id)?.high) ?? first?.values ?? [];
  const start = values.find((value) => value !== null) ?? 0;
  const end = values.findLast((value) => value !== null) ?? 0;
  return start > end;
}

interface LineProps {
  series: PaneSeries;
  laid: LaidPane;
  xs: readonly number[];
  x: (value: number) => number;
}

function Line({ series, laid, xs, x }: LineProps) {
  const { y, pane } = laid;
  const path = linePath(xs, series.values, x, y, series.form === "step");
  const zeros = series.values.map((value) => (value === null ? null : 0));
  const last = series.values.findLastIndex((value) => value !== null);
  const middle = Math.floor(last * 0.72);
  const labelled = series.direct ? series.values[middle] : undefined;
  const overStack = laid.stacks.size > 0;
  return (
    <>
      {series.form === "area" ? (
        <path d={areaPath(xs, zeros, series.values, x, y)} fill={series.color} opacity={0.13} />
      ) : null}
      {overStack ? <path d={path} fill="none" stroke="var(--surface-1)" strokeWidth={3.4} /> : null}
      <path
        d={path}
        fill="none"
        stroke={series.color}
        strokeWidth={series.dashed ? 1.4 : 1.7}
        strokeDasharray={series.dashed ? "5 3" : undefined}
        strokeLinejoin="round"
      />
      {labelled === undefined || labelled === null ? null : (
        <text
          x={x(xs[middle] ?? 0)}
          y={y(labelled) - 6 < laid.top + 10 ? y(labelled) + 15 : y(labelled) - 6}
          textAnchor="middle"
          fill="var(--text-2)"
        >
          {series.title || pane.title}
        </text>
      )}
    </>
  );
}

interface BarsProps extends LineProps {
  slot: number;
  at: number;
}

function Bars({ series, laid, xs, x, slot, at }: BarsProps) {
  const stack = laid.stacks.get(series.id);
  const width = Math.max(1, slot * 0.72);
  return xs.map((value, index) => {
    const low = stack?.low[index] ?? 0;
    const high = stack?.high[index] ?? 0;
    const top = laid.y(Math.max(low, high));
    return (
      <rect
        key={value}
        x={x(value) - width / 2}
        y={top}
        width={width}
        height={Math.max(0, laid.y(Math.min(low, high)) - top)}
        fill={series.color}
        opacity={(series.opacity ?? 0.92) * (at < 0 || at === index ? 1 : 0.65)}
      />
    );
  });
}
