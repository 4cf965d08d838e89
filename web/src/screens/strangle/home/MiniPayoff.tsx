import { useId, useRef } from "react";
import { areaPath, linear, linePath } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { formatNumber } from "@/format/numbers";
import { curveOf, type Strangle } from "../model/payoff";

const HEIGHT = 56;

/** The payoff in miniature: at expiry solid, now dashed, the index on it. */
export function MiniPayoff({ strangle }: { strangle: Strangle }) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const id = useId();
  const { xs, expiry, now } = curveOf(strangle);
  const top = Math.max(...expiry) || 1;
  const x = linear({ low: xs[0] ?? 0, high: xs.at(-1) ?? 1 }, 1, Math.max(2, width - 1));
  const y = linear({ low: -top * 0.9, high: top * 1.15 }, HEIGHT - 1, 2);
  const zeros = xs.map(() => 0);
  return (
    <div
      ref={box}
      style={{ height: HEIGHT }}
      role="img"
      aria-label={`Payoff of the open strangle, index at ${formatNumber(strangle.spot, 0)}`}
    >
      {width === 0 ? null : (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <clipPath id={`${id}u`}>
            <rect x={0} y={0} width={width} height={y(0)} />
          </clipPath>
          <clipPath id={`${id}a`}>
            <rect x={0} y={0} width={width} height={HEIGHT} />
          </clipPath>
          <path d={`M0 ${Math.round(y(0)) + 0.5}H${width}`} stroke="var(--zero)" />
          <g clipPath={`url(#${id}u)`}>
            <path d={areaPath(xs, zeros, expiry, x, y)} fill="var(--gain)" opacity={0.16} />
          </g>
          <g clipPath={`url(#${id}a)`}>
            <path
              d={linePath(xs, now, x, y)}
              fill="none"
              stroke="var(--cat-1)"
              strokeWidth={1.3}
              strokeDasharray="4 3"
            />
            <path
              d={linePath(xs, expiry, x, y)}
              fill="none"
              stroke="var(--text)"
              strokeWidth={1.6}
              strokeLinejoin="round"
            />
            <path d={`M${x(strangle.spot)} 2V${HEIGHT}`} stroke="var(--text-3)" />
            <circle
              cx={x(strangle.spot)}
              cy={y(strangle.net)}
              r={3}
              fill="var(--cat-1)"
              stroke="var(--surface-1)"
            />
          </g>
        </svg>
      )}
    </div>
  );
}
