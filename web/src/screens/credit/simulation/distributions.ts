/** The distributions of a variable: parameters, limits, and the density for the preview. */

export type DistributionId =
  | "normal"
  | "lognormal"
  | "uniform"
  | "triangular"
  | "beta"
  | "exponential"
  | "gamma"
  | "discrete";

export type Params = Record<string, number>;

export interface ParamKind {
  id: string;
  title: string;
  /** Above, not equal to it. */
  above?: number;
}

export interface DistributionKind {
  id: DistributionId;
  title: string;
  params: readonly ParamKind[];
  start: Params;
}

export const DISTRIBUTIONS: readonly DistributionKind[] = [
  {
    id: "normal",
    title: "Normal",
    params: [
      { id: "mean", title: "Mean" },
      { id: "standard_deviation", title: "Standard deviation", above: 0 },
    ],
    start: { mean: 0.05, standard_deviation: 0.01 },
  },
  {
    id: "lognormal",
    title: "Lognormal",
    params: [
      { id: "log_mean", title: "Mean of the log" },
      { id: "log_standard_deviation", title: "Deviation of the log", above: 0 },
    ],
    start: { log_mean: -3, log_standard_deviation: 0.25 },
  },
  {
    id: "uniform",
    title: "Uniform",
    params: [
      { id: "min", title: "Lowest" },
      { id: "max", title: "Highest" },
    ],
    start: { min: 0, max: 0.1 },
  },
  {
    id: "triangular",
    title: "Triangular",
    params: [
      { id: "min", title: "Lowest" },
      { id: "mode", title: "Most likely" },
      { id: "max", title: "Highest" },
    ],
    start: { min: 0, mode: 0.04, max: 0.1 },
  },
  {
    id: "beta",
    title: "Beta",
    params: [
      { id: "alpha", title: "Alpha", above: 0 },
      { id: "beta", title: "Beta", above: 0 },
      { id: "min", title: "Lowest" },
      { id: "max", title: "Highest" },
    ],
    start: { alpha: 2, beta: 5, min: 0, max: 1 },
  },
  {
    id: "exponential",
    title: "Exponential",
    params: [{ id: "rate", title: "Rate", above: 0 }],
    start: { rate: 20 },
  },
  {
    id: "gamma",
    title: "Gamma",
    params: [
      { id: "shape", title: "Shape", above: 0 },
      { id: "scale", title: "Scale", above: 0 },
    ],
    start: { shape: 4, scale: 0.0125 },
  },
  {
    id: "discrete",
    title: "Discrete",
    params: [],
    start: {},
  },
];

export const kindOf = (id: DistributionId): DistributionKind =>
  DISTRIBUTIONS.find((one) => one.id === id) ?? (DISTRIBUTIONS[0] as DistributionKind);

export interface Outcome {
  value: number;
  weight: number;
}

export interface Variable {
  name: string;
  distribution: DistributionId;
  params: Params;
  /** Only of a discrete variable. */
  outcomes: Outcome[];
  /** Draws outside are moved to the limit, and their share is told. */
  low: number | null;
  high: number | null;
}

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** What is wrong with a variable by field; "" holds for the whole. */
export function faultsOf(variable: Variable, others: readonly string[]): Record<string, string> {
  const faults: Record<string, string> = {};
  if (!NAME.test(variable.name)) {
    faults.name = "A letter, then letters, digits or _, at most 64";
  } else if (others.includes(variable.name)) {
    faults.name = "Another variable has this name";
  }
  const { params } = variable;
  for (const kind of kindOf(variable.distribution).params) {
    const value = params[kind.id];
    if (value === undefined || !Number.isFinite(value)) {
      faults[kind.id] = "Give a number";
    } else if (kind.above !== undefined && value <= kind.above) {
      faults[kind.id] = `Must be above ${kind.above}`;
    }
  }
  const { min, max, mode } = params;
  if (min !== undefined && max !== undefined && !(max > min)) {
    faults.max = "Must be above the lowest";
  } else if (mode !== undefined && min !== undefined && max !== undefined) {
    if (mode < min || mode > max) {
      faults.mode = "Must lie between lowest and highest";
    }
  }
  if (variable.distribution === "discrete") {
    const total = variable.outcomes.reduce((sum, one) => sum + one.weight, 0);
    if (variable.outcomes.length === 0 || !(total > 0)) {
      faults.outcomes = "Give at least one value with a weight above 0";
    } else if (variable.outcomes.some((one) => one.weight < 0)) {
      faults.outcomes = "Weights must not be below 0";
    }
  }
  if (variable.low !== null && variable.high !== null && !(variable.high > variable.low)) {
    faults.high = "Must be above the lower limit";
  }
  return faults;
}

const LANCZOS = [
  76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155,
  0.001208650973866179, -0.000005395239384953,
];

/** The logarithm of the gamma function for a positive argument. */
export function logGamma(x: number): number {
  const base = x + 5.5;
  const sum = LANCZOS.reduce(
    (total, factor, index) => total + factor / (x + 1 + index),
    1.000000000190015,
  );
  return (x + 0.5) * Math.log(base) - base + Math.log((2.5066282746310007 * sum) / x);
}

/** The density at x, before the limits of the variable. */
export function density(distribution: DistributionId, params: Params, x: number): number {
  const get = (name: string) => params[name] ?? 0;
  switch (distribution) {
    case "normal":
      return bell((x - get("mean")) / get("standard_deviation")) / get("standard_deviation");
    case "lognormal":
      return x <= 0
        ? 0
        : bell((Math.log(x) - get("log_mean")) / get("log_standard_deviation")) /
            (get("log_standard_deviation") * x);
    case "uniform":
      return x < get("min") || x > get("max") ? 0 : 1 / (get("max") - get("min"));
    case "triangular":
      return triangle(x, get("min"), get("mode"), get("max"));
    case "beta": {
      const width = get("max") - get("min");
      const [a, b] = [get("alpha"), get("beta")];
      const at = (x - get("min")) / width;
      return at <= 0 || at >= 1
        ? 0
        : Math.exp(
            (a - 1) * Math.log(at) +
              (b - 1) * Math.log(1 - at) +
              logGamma(a + b) -
              logGamma(a) -
              logGamma(b),
          ) / width;
    }
    case "exponential":
      return x < 0 ? 0 : get("rate") * Math.exp(-get("rate") * x);
    case "gamma": {
      const [k, scale] = [get("shape"), get("scale")];
      return x <= 0
        ? 0
        : Math.exp((k - 1) * Math.log(x) - x / scale - logGamma(k) - k * Math.log(scale));
    }
    default:
      return 0;
  }
}

const bell = (z: number) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

function triangle(x: number, min: number, mode: number, max: number): number {
  if (x < min || x > max) {
    return 0;
  }
  const peak = 2 / (max - min);
  if (x < mode) {
    return (peak * (x - min)) / (mode - min);
  }
  return mode === max ? peak : (peak * (max - x)) / (max - mode);
}

/** The mean and the deviation, for the words beside the preview. */
export function moments(variable: Variable): { mean: number; deviation: number } {
  const get = (name: string) => variable.params[name] ?? 0;
  switch (variable.distribution) {
    case "normal":
      return { mean: get("mean"), deviation: get("standard_deviation") };
    case "lognormal": {
      const square = get("log_standard_deviation") ** 2;
      const mean = Math.exp(get("log_mean") + square / 2);
      return { mean, deviation: mean * Math.sqrt(Math.expm1(square)) };
    }
    case "uniform":
      return {
        mean: (get("min") + get("max")) / 2,
        deviation: (get("max") - get("min")) / Math.sqrt(12),
      };
    case "triangular": {
      const [a, c, b] = [get("min"), get("mode"), get("max")];
      return {
        mean: (a + b + c) / 3,
        deviation: Math.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / 18),
      };
    }
    case "beta": {
      const [a, b, width] = [get("alpha"), get("beta"), get("max") - get("min")];
      return {
        mean: get("min") + (width * a) / (a + b),
        deviation: (width * Math.sqrt((a * b) / (a + b + 1))) / (a + b),
      };
    }
    case "exponential":
      return { mean: 1 / get("rate"), deviation: 1 / get("rate") };
    case "gamma":
      return {
        mean: get("shape") * get("scale"),
        deviation: Math.sqrt(get("shape")) * get("scale"),
      };
    default: {
      const total = variable.outcomes.reduce((sum, one) => sum + one.weight, 0);
      const of = (pick: (value: number) => number) =>
        variable.outcomes.reduce((sum, one) => sum + one.weight * pick(one.value), 0) / total;
      const mean = of((value) => value);
      return { mean, deviation: Math.sqrt(of((value) => (value - mean) ** 2)) };
    }
  }
}

export interface Preview {
  xs: number[];
  ys: number[];
}

const POINTS = 121;

/** The density over the part that matters; a discrete variable has a stick for each value. */
export function previewOf(variable: Variable): Preview {
  if (variable.distribution === "discrete") {
    const sorted = [...variable.outcomes].sort((left, right) => left.value - right.value);
    const total = sorted.reduce((sum, one) => sum + one.weight, 0);
    return {
      xs: sorted.map((one) => one.value),
      ys: sorted.map((one) => (total > 0 ? one.weight / total : 0)),
    };
  }
  const [from, to] = rangeOf(variable);
  const xs = Array.from({ length: POINTS }, (_, at) => from + ((to - from) * at) / (POINTS - 1));
  return { xs, ys: xs.map((x) => density(variable.distribution, variable.params, x)) };
}

function rangeOf(variable: Variable): [number, number] {
  const { min, max } = variable.params;
  if (min !== undefined && max !== undefined) {
    const air = (max - min) * 0.05;
    return [min - air, max + air];
  }
  const { mean, deviation } = moments(variable);
  const low = mean - 3.5 * deviation;
  const positive = variable.distribution !== "normal";
  return [positive ? Math.max(0, low) : low, mean + (positive ? 4.5 : 3.5) * deviation];
}
