/** Two texts line by line. */

export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
  /** Line numbers from 1; null on the side that has not this line. */
  left: number | null;
  right: number | null;
}

const MOST_CELLS = 4_000_000;

/** The shortest list of removed and added lines; very large texts are compared as a whole. */
export function diffLines(before: string, after: string): DiffLine[] {
  const left = before.split("\n");
  const right = after.split("\n");
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) {
    start += 1;
  }
  let end = 0;
  while (
    end < left.length - start &&
    end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  ) {
    end += 1;
  }
  const lines: DiffLine[] = [];
  const same = (at: number, other: number) =>
    lines.push({ kind: "same", text: left[at] ?? "", left: at + 1, right: other + 1 });
  for (let at = 0; at < start; at += 1) {
    same(at, at);
  }
  lines.push(
    ...middle(left.slice(start, left.length - end), right.slice(start, right.length - end), start),
  );
  for (let at = end; at > 0; at -= 1) {
    same(left.length - at, right.length - at);
  }
  return lines;
}

function middle(left: readonly string[], right: readonly string[], offset: number): DiffLine[] {
  const removed = (at: number): DiffLine => ({
    kind: "removed",
    text: left[at] ?? "",
    left: offset + at + 1,
    right: null,
  });
  const added = (at: number): DiffLine => ({
    kind: "added",
    text: right[at] ?? "",
    left: null,
    right: offset + at + 1,
  });
  if (left.length * right.length > MOST_CELLS) {
    return [...left.keys()].map(removed).concat([...right.keys()].map(added));
  }
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        left[i] === right[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push({
        kind: "same",
        text: left[i] ?? "",
        left: offset + i + 1,
        right: offset + j + 1,
      });
      i += 1;
      j += 1;
    } else if (
      j >= right.length ||
      (i < left.length && (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      lines.push(removed(i));
      i += 1;
    } else {
      lines.push(added(j));
      j += 1;
    }
  }
  return lines;
}

export type DiffRow = DiffLine | { kind: "gap"; count: number; from: number };

/** Unchanged stretches shortened to a few lines around each change. */
export function folded(lines: readonly DiffLine[], around = 3): DiffRow[] {
  const near = new Set<number>();
  lines.forEach((line, at) => {
    if (line.kind !== "same") {
      for (let by = -around; by <= around; by += 1) {
        near.add(at + by);
      }
    }
  });
  const rows: DiffRow[] = [];
  let gap = 0;
  lines.forEach((line, at) => {
    if (near.has(at)) {
      if (gap > 0) {
        rows.push({ kind: "gap", count: gap, from: at - gap });
        gap = 0;
      }
      rows.push(line);
    } else {
      gap += 1;
    }
  });
  if (gap > 0) {
    rows.push({ kind: "gap", count: gap, from: lines.length - gap });
  }
  return rows;
}

export const changedLines = (lines: readonly DiffLine[]) => ({
  added: lines.filter((line) => line.kind === "added").length,
  removed: lines.filter((line) => line.kind === "removed").length,
});

/** The lines of the server's comparison. */
export const ofServer = (
  lines: readonly {
    side: DiffLine["kind"];
    before?: number | null;
    after?: number | null;
    text: string;
  }[],
): DiffLine[] =>
  lines.map((line) => ({
    kind: line.side,
    text: line.text,
    left: line.before ?? null,
    right: line.after ?? null,
  }));
