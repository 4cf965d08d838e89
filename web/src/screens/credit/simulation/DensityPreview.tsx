import { areaPath, boundsOf, linear, linePath } from "@/charts/scale";
import { formatNumber } from "@/format/numbers";
import { kindOf, moments, previewOf, type Variable } from "./distributions";

const WIDTH = 200;
const HEIGHT = 56;
const PAD = 3;

/** The shape of a distribution in small, with its limits hatched away. */
export function DensityPreview({ variable }: { variable: Variable }) {
  const { xs, ys } = previewOf(variable);
  const finite = ys.every(Number.isFinite) && xs.every(Number.isFinite) && xs.length > 0;
  if (!finite) {
    return (
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" height={HEIGHT} aria-hidden="true">
        <text x={WIDTH / 2} y={HEIGHT / 2} textAnchor="middle" fontSize={11} fill="var(--axis)">
          correct the parameters
        </text>
      </svg>
    );
  }
  const discrete = variable.distribution === "discrete";
  const first = xs[0] ?? 0;
  const last = xs.at(-1) ?? 1;
  const air = discrete ? Math.max((last - first) * 0.08, Math.abs(first) * 0.1, 1e-9) : 0;
  const x = linear({ low: first - air, high: last + air }, PAD, WIDTH - PAD);
  const y = linear(boundsOf(ys, true), HEIGHT - PAD, PAD);
  const { mean, deviation } = moments(variable);
  const edge = (value: number) => Math.max(PAD, Math.min(WIDTH - PAD, x(value)));
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width="100%"
      height={HEIGHT}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${kindOf(variable.distribution).title} density, mean ${formatNumber(mean, 4)}, deviation ${formatNumber(deviation, 4)}`}
    >
      {discrete ? (
        xs.map((value, at) => (
          <path
            // biome-ignore lint/suspicious/noArrayIndexKey: two outcomes may have one value
            key={at}
            d={`M${x(value)} ${y(0)}V${y(ys[at] ?? 0)}`}
            stroke="var(--cat-1)"
            strokeWidth={3}
            vectorEffect="non-scaling-stroke"
          />
        ))
      ) : (
        <>
          <path
            d={areaPath(
              xs,
              xs.map(() => 0),
              ys,
              x,
              y,
            )}
            fill="var(--cat-1)"
            opacity={0.18}
          />
          <path
            d={linePath(xs, ys, x, y)}
            fill="none"
            stroke="var(--cat-1)"
            strokeWidth={1.6}
            vectorEffect="non-scaling-stroke"
          />
        </>
      )}
      <path
        d={`M${PAD} ${y(0)}H${WIDTH - PAD}`}
        stroke="var(--zero)"
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={`M${edge(mean)} ${PAD}V${y(0)}`}
        stroke="var(--text-3)"
        strokeDasharray="3 3"
        vectorEffect="non-scaling-stroke"
      />
      {variable.low === null ? null : (
        <rect
          x={PAD}
          y={0}
          width={Math.max(0, edge(variable.low) - PAD)}
          height={HEIGHT}
          fill="var(--surface-1)"
          opacity={0.75}
        />
      )}
      {variable.high === null ? null : (
        <rect
          x={edge(variable.high)}
          y={0}
          width={Math.max(0, WIDTH - PAD - edge(variable.high))}
          height={HEIGHT}
          fill="var(--surface-1)"
          opacity={0.75}
        />
      )}
    </svg>
  );
}
