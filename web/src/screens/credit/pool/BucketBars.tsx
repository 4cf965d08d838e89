import { useRef } from "react";
import chart from "@/charts/Chart.module.css";
import { ChartFrame } from "@/charts/ChartFrame";
import { useCrosshair } from "@/charts/crosshair";
import { ReadOut } from "@/charts/ReadOut";
import { boundsOf, linear, niceTicks } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { formatCount, formatFraction } from "@/format/numbers";
import { fraction } from "@/format/units";
import type { Bucket } from "../api/types";
import type { AmountUnit } from "../model/units";

const LEFT = 42;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 24;
const LABEL = 62;

/** The slices of a pool as bars of their share of the balance; the table beside it moves along. */
export function BucketBars({
  title,
  buckets,
  unit,
}: {
  title: string;
  buckets: readonly Bucket[];
  unit: AmountUnit;
}) {
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const cross = useCrosshair();
  const at = cross.x === null ? -1 : Math.round(cross.x);
  const chosen = buckets[at];
  const bounds = boundsOf(
    buckets.map((bucket) => bucket.share),
    true,
  );
  const y = linear(bounds, height - BOTTOM, TOP);
  const slot = Math.max(1, width - LEFT - RIGHT) / Math.max(1, buckets.length);
  const x = (index: number) => LEFT + slot * index;
  const every = Math.max(1, Math.ceil(LABEL / slot));
  const percent = (value: number) => formatFraction(fraction(value), 0);
  const largest = buckets.reduce<Bucket | null>(
    (best, bucket) => (best === null || bucket.share > best.share ? bucket : best),
    null,
  );
  const label =
    largest === null
      ? `${title}: no loans`
      : `${title}: the largest slice is ${largest.label} with ${percent(largest.share)} of the balance`;
  return (
    <ChartFrame
      label={label}
      name={`by-${title.toLowerCase()}`}
      xs={buckets.map((_, index) => index)}
      legend={[{ title: "Share of balance", color: "var(--cat-1)" }]}
      table={() => ({
        head: [title, "Loans", `Balance, ${unit.currency}`, "Share"],
        rows: buckets.map((one) => [one.label, one.asset_count, one.balance, one.share]),
      })}
      spoken={(index) => {
        const bucket = buckets[index];
        return bucket === undefined ? "" : `${bucket.label}, ${percent(bucket.share)}`;
      }}
    >
      <div
        ref={box}
        style={{ position: "absolute", inset: 0 }}
        onPointerMove={(event) => {
          const place = event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
          const index = Math.floor((place - LEFT) / slot);
          cross.setX(index >= 0 && index < buckets.length ? index : null);
        }}
        onPointerLeave={() => cross.setX(null)}
      >
        {width > 0 && height > 0 ? (
          <svg data-chart width={width} height={height} aria-hidden="true" fontSize={11}>
            {niceTicks(0, bounds.high, 4).map((value) => (
              <g key={value}>
                <path
                  d={`M${LEFT} ${Math.round(y(value)) + 0.5}H${width - RIGHT}`}
                  stroke={value === 0 ? "var(--zero)" : "var(--grid)"}
                />
                <text x={LEFT - 6} y={y(value) + 4} textAnchor="end" fill="var(--axis)">
                  {percent(value)}
                </text>
              </g>
            ))}
            {buckets.map((bucket, index) => (
              <rect
                key={bucket.label}
                x={x(index) + slot * 0.1}
                y={y(bucket.share)}
                width={Math.max(1, slot * 0.8)}
                height={Math.max(0, y(0) - y(bucket.share))}
                fill={bucket.label === "unknown" ? "var(--cat-other)" : "var(--cat-1)"}
                opacity={at < 0 || at === index ? 0.92 : 0.55}
              />
            ))}
            {buckets.map((bucket, index) =>
              index % every === 0 ? (
                <text
                  key={bucket.label}
                  x={x(index) + slot / 2}
                  y={height - 7}
                  textAnchor="middle"
                  fill="var(--axis)"
                >
                  {shortLabel(bucket)}
                </text>
              ) : null,
            )}
          </svg>
        ) : null}
        {buckets.length === 0 ? (
          <div className={chart.empty}>No loan has this figure; map its column in the tape.</div>
        ) : null}
        {chosen ? (
          <ReadOut
            head={chosen.label}
            rows={[
              { title: "Balance", value: unit.format(chosen.balance), color: "var(--cat-1)" },
              { title: "Share", value: formatFraction(fraction(chosen.share), 1) },
              { title: "Loans", value: formatCount(chosen.asset_count) },
            ]}
            at={x(at)}
            width={width}
          />
        ) : null}
      </div>
    </ChartFrame>
  );
}

/** The lower limit stands for the slice, so that labels fit. */
function shortLabel(bucket: Bucket): string {
  return bucket.label.length <= 10 ? bucket.label : (bucket.label.split(" ")[0] ?? bucket.label);
}
