/** Correlations of variables: the matrix, whether it can exist, and the nearest one that can. */

/** By pair of names in alphabetical order: "a:b". Pairs that are not there are 0. */
export type Correlations = Record<string, number>;
export type Matrix = number[][];

export const pairOf = (left: string, right: string): string =>
  left < right ? `${left}:${right}` : `${right}:${left}`;

export function matrixOf(names: readonly string[], correlations: Correlations): Matrix {
  return names.map((row) =>
    names.map((column) => (row === column ? 1 : (correlations[pairOf(row, column)] ?? 0))),
  );
}

/** The other way: pairs that are 0 are left out. */
export function pairsOf(names: readonly string[], matrix: Matrix): Correlations {
  const pairs: Correlations = {};
  names.forEach((row, at) => {
    names.slice(0, at).forEach((column, other) => {
      const value = matrix[at]?.[other] ?? 0;
      if (value !== 0) {
        pairs[pairOf(row, column)] = value;
      }
    });
  });
  return pairs;
}

/** Pairs of variables that no longer exist are dropped, those of a renamed one follow its name. */
export function followNames(
  correlations: Correlations,
  names: readonly string[],
  renamed?: { from: string; to: string },
): Correlations {
  const kept: Correlations = {};
  for (const [pair, value] of Object.entries(correlations)) {
    const [left = "", right = ""] = pair
      .split(":")
      .map((name) => (renamed?.from === name ? renamed.to : name));
    if (left !== right && names.includes(left) && names.includes(right)) {
      kept[pairOf(left, right)] = value;
    }
  }
  return kept;
}

const SWEEPS = 60;

/** Eigenvalues and eigenvectors (in columns) of a symmetric matrix, by Jacobi rotations. */
export function eigen(matrix: Matrix): { values: number[]; vectors: Matrix } {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = a.map((_, row) => a.map((__, column) => (row === column ? 1 : 0)));
  const at = (m: Matrix, row: number, column: number) => m[row]?.[column] ?? 0;
  const set = (m: Matrix, row: number, column: number, value: number) => {
    const line = m[row];
    if (line !== undefined) {
      line[column] = value;
    }
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    let off = 0;
    for (let p = 0; p < size; p += 1) {
      for (let q = p + 1; q < size; q += 1) {
        off += at(a, p, q) ** 2;
      }
    }
    if (off < 1e-26) {
      break;
    }
    for (let p = 0; p < size; p += 1) {
      for (let q = p + 1; q < size; q += 1) {
        const apq = at(a, p, q);
        if (Math.abs(apq) > 1e-300) {
          const theta = (at(a, q, q) - at(a, p, p)) / (2 * apq);
          const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
          const c = 1 / Math.sqrt(t * t + 1);
          const s = t * c;
          for (let k = 0; k < size; k += 1) {
            const [kp, kq] = [at(a, k, p), at(a, k, q)];
            set(a, k, p, c * kp - s * kq);
            set(a, k, q, s * kp + c * kq);
          }
          for (let k = 0; k < size; k += 1) {
            const [pk, qk] = [at(a, p, k), at(a, q, k)];
            set(a, p, k, c * pk - s * qk);
            set(a, q, k, s * pk + c * qk);
            const [vp, vq] = [at(v, k, p), at(v, k, q)];
            set(v, k, p, c * vp - s * vq);
            set(v, k, q, s * vp + c * vq);
          }
        }
      }
    }
  }
  return { values: a.map((row, index) => row[index] ?? 0), vectors: v };
}

const SLACK = 1e-8;

/** The lowest eigenvalue; below zero no variables can have these correlations. */
export const lowestEigenvalue = (matrix: Matrix): number =>
  matrix.length === 0 ? 1 : Math.min(...eigen(matrix).values);

export const isPossible = (matrix: Matrix): boolean => lowestEigenvalue(matrix) >= -SLACK;

const ROUNDS = 200;

/**
 * The nearest matrix that is possible and has 1 on the diagonal: projections in turn, with
 * Dykstra's correction; then rounded to `digits` and drawn in a little until it holds as rounded.
 */
export function repair(matrix: Matrix, digits = 3): Matrix {
  let y = matrix.map((row) => [...row]);
  let correction = matrix.map((row) => row.map(() => 0));
  for (let round = 0; round < ROUNDS && !(round > 0 && isPossible(y)); round += 1) {
    const r = y.map((row, i) => row.map((value, j) => value - (correction[i]?.[j] ?? 0)));
    const x = positivePart(r);
    correction = x.map((row, i) => row.map((value, j) => value - (r[i]?.[j] ?? 0)));
    y = x.map((row, i) => row.map((value, j) => (i === j ? 1 : value)));
  }
  for (let shrink = 1; shrink > 0.5; shrink -= 0.001) {
    const rounded = y.map((row, i) =>
      row.map((value, j) => (i === j ? 1 : Number((value * shrink).toFixed(digits)))),
    );
    if (isPossible(rounded)) {
      return rounded;
    }
  }
  return y;
}

function positivePart(matrix: Matrix): Matrix {
  const { values, vectors } = eigen(matrix);
  return matrix.map((_, i) =>
    matrix.map((__, j) =>
      values.reduce(
        (sum, value, k) =>
          sum + Math.max(0, value) * (vectors[i]?.[k] ?? 0) * (vectors[j]?.[k] ?? 0),
        0,
      ),
    ),
  );
}
