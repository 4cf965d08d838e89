import { linePath } from "@/charts/scale";
import styles from "./SignIn.module.css";

const WIDTH = 750;
const HEIGHT = 870;
const POINTS = 240;
const COLORS = ["var(--cat-1)", "var(--cat-4)", "var(--cat-2)", "var(--cat-5)", "var(--cat-3)"];
/** Where the day is decided: the strings draw together. */
const KNOT = 0.62;

/** A repeatable sequence of numbers from -1 to 1. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state / 2_147_483_648) * 2 - 1;
  };
}

function stringOf(index: number): number[] {
  const next = noise(97 + index * 1_299);
  let drift = 0;
  let speed = 0;
  return Array.from({ length: POINTS + 1 }, (_, step) => {
    speed = 0.6 * speed + 0.4 * next() * 2;
    drift = 0.975 * drift + speed * 3.6;
    const along = step / POINTS;
    const squeeze = 1 - 0.52 * Math.exp(-(((along - KNOT) / 0.13) ** 2));
    return (
      HEIGHT * 0.44 +
      (index - 2) * 92 * squeeze +
      drift * (0.45 + 0.55 * squeeze) +
      26 * Math.sin(along * 3.4 + index * 0.5)
    );
  });
}

const XS = Array.from({ length: POINTS + 1 }, (_, step) => (step / POINTS) * WIDTH);
const STRINGS = COLORS.map((color, index) => ({ color, ys: stringOf(index) }));

/** One string for each service over one day. Decoration: the one place that may have it. */
export function Art({ services }: { services: readonly { name: string; title: string }[] }) {
  const shown = services.length === 0 ? STRINGS : STRINGS.slice(0, services.length);
  const at = Math.round(POINTS * KNOT);
  return (
    <aside className={styles.art} aria-hidden="true">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {Array.from({ length: 11 }, (_, line) => ((line + 1) * WIDTH) / 12).map((x) => (
          <path key={x} d={`M${x} 0V${HEIGHT}`} stroke="var(--grid)" />
        ))}
        {shown.map(({ color, ys }) => (
          <path
            key={color}
            d={linePath(
              XS,
              ys,
              (x) => x,
              (y) => y,
            )}
            fill="none"
            stroke={color}
            strokeWidth={2}
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
            opacity={0.9}
          />
        ))}
        <path
          d={`M${WIDTH * KNOT} 90V${HEIGHT * 0.8}`}
          stroke="var(--cross)"
          strokeDasharray="3 4"
          opacity={0.7}
        />
        {shown.map(({ color, ys }) => (
          <ellipse
            key={color}
            cx={XS[at]}
            cy={ys[at]}
            rx={5}
            ry={5}
            fill="var(--surface-1)"
            stroke={color}
            strokeWidth={2}
          />
        ))}
      </svg>
      {shown.map(({ color, ys }, index) => (
        <span
          key={color}
          className={styles.name}
          style={{ top: `${(((ys[18] ?? 0) - 34) / HEIGHT) * 100}%` }}
        >
          {services[index]?.title}
        </span>
      ))}
      <p className={styles.caption}>One desk, one sign-in, every decision on record.</p>
    </aside>
  );
}
