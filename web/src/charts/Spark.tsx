import { boundsOf, linear, linePath, type Point } from "./scale";

/** A line in miniature; the figure stands beside it. */
export function Spark({
  values,
  label,
  width = 96,
  height = 24,
  color = "var(--cat-1)",
}: {
  values: readonly Point[];
  label: string;
  width?: number;
  height?: number;
  color?: string;
}) {
  const x = linear({ low: 0, high: Math.max(1, values.length - 1) }, 1, width - 3);
  const y = linear(boundsOf(values, false), height - 2, 2);
  const xs = values.map((_, index) => index);
  const last = values.at(-1);
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      <path d={linePath(xs, values, x, y)} fill="none" stroke={color} strokeWidth={1.5} />
      {last === null || last === undefined ? null : (
        <circle cx={x(values.length - 1)} cy={y(last)} r={2.2} fill={color} />
      )}
    </svg>
  );
}
