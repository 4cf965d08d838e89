/** Words on a plate: at the axis for levels, over the plot for the index. */

const CHAR = 6.3;

export const plateWidth = (text: string) => text.length * CHAR + 12;

export interface AxisPlate {
  id: string;
  text: string;
  color: string;
  /** Where the level is. */
  y: number;
}

/** Keeps plates apart by moving them off their levels, in order from the top. */
export function spread(plates: readonly AxisPlate[], gap: number, low: number, high: number) {
  const placed = [...plates]
    .sort((left, right) => left.y - right.y)
    .map((plate) => ({ ...plate, at: Math.min(high, Math.max(low, plate.y)) }));
  for (let k = 1; k < placed.length; k += 1) {
    const before = placed[k - 1];
    const here = placed[k];
    if (before && here && here.at - before.at < gap) {
      here.at = before.at + gap;
    }
  }
  for (let k = placed.length - 1; k >= 0; k -= 1) {
    const here = placed[k];
    const after = placed[k + 1];
    const most = after ? after.at - gap : high;
    if (here && here.at > most) {
      here.at = most;
    }
  }
  return placed;
}

/** A level's plate at the right axis, tinted with the colour of the level. */
export function LevelPlate({
  x,
  y,
  text,
  color,
}: {
  x: number;
  y: number;
  text: string;
  color: string;
}) {
  return (
    <g>
      <rect x={x} y={y - 9} width={plateWidth(text)} height={18} rx={4} fill="var(--surface-1)" />
      <rect
        x={x}
        y={y - 9}
        width={plateWidth(text)}
        height={18}
        rx={4}
        fill={color}
        opacity={0.16}
      />
      <text x={x + 6} y={y + 4} fill={color} fontWeight={500}>
        {text}
      </text>
    </g>
  );
}

/** A figure on a line: stands on the surface colour so that no line crosses it. */
export function FigurePlate({
  x,
  y,
  text,
  anchor = "middle",
  strong,
}: {
  x: number;
  y: number;
  text: string;
  anchor?: "start" | "middle" | "end";
  strong?: boolean;
}) {
  const width = plateWidth(text);
  const left = anchor === "middle" ? x - width / 2 : anchor === "end" ? x - width : x;
  return (
    <g>
      <rect
        x={left}
        y={y - 9}
        width={width}
        height={18}
        rx={4}
        fill={strong ? "var(--text)" : "var(--surface-1)"}
      />
      <text
        x={left + width / 2}
        y={y + 4}
        textAnchor="middle"
        fill={strong ? "var(--canvas)" : "var(--text)"}
        fontWeight={strong ? 600 : 500}
      >
        {text}
      </text>
    </g>
  );
}
