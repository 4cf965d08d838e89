/** What the panel of the workbench holds. Speeds as people say them: 6 is six per cent. */
import type {
  Advances,
  ClassDefaults,
  ClassShare,
  Compounding,
  DefaultModel,
  Order,
  PrepaymentModel,
  SeverityModel,
  TimeBasis,
  VectorBy,
} from "../api/types";
import { absCurve, annualRate, type Curve, flatCurve, psaCurve, rateAt, sdaCurve } from "./curve";

export type PrepayModel = "class" | "none" | "cpr" | "smm" | "psa" | "abs" | "curve" | "other";
export type DefaultKind = "class" | "none" | "cdr" | "mdr" | "sda" | "curve" | "other";
export type SeverityKind = "class" | "constant" | "ltv" | "other";

export interface Speed<Model extends string, Raw> {
  model: Model;
  /** Per cent; of the standard curve for PSA and SDA. */
  value: number;
  curve: Curve;
  /** Multiplies the curve. */
  scale: number;
  by: VectorBy;
  /** A model that the panel cannot edit, kept as it is. */
  raw: Raw | null;
}

export interface SeverityState {
  model: SeverityKind;
  /** Per cent of the defaulted balance. */
  value: number;
  growth: number;
  haircut: number;
  cost: number;
  raw: SeverityModel | null;
  /** Months from default to recovery; null is the default of the class. */
  lag: number | null;
}

export interface RatesState {
  /** Per cent a year; null is the default of the classes. */
  discount: number | null;
  /** Per 100 of balance. */
  price: number;
  compounding: Compounding;
  timeBasis: TimeBasis;
  analysisDate: string | null;
  pricingDate: string | null;
  /** One index at one level, per cent; null leaves indices unchanged. */
  index: { name: string; rate: number } | null;
}

export interface FeesState {
  /** Per cent a year; null is none. */
  servicing: number | null;
  advances: Advances | null;
  order: Order | null;
  /** Months before maturity without defaults; null is as many as recovery takes. */
  defaultFree: number | null;
  useDrivers: boolean;
}

export interface Assumptions {
  prepay: Speed<PrepayModel, PrepaymentModel>;
  default: Speed<DefaultKind, DefaultModel>;
  severity: SeverityState;
  rates: RatesState;
  fees: FeesState;
  /** Parts that the panel does not show, kept as they are. */
  selectors: unknown[];
  recoveryTiming: number[] | null;
  otherIndices: Record<string, number[]>;
}

export type AssumptionTab = "prepay" | "default" | "severity" | "rates" | "fees";

const speed = <Model extends string, Raw>(model: Model): Speed<Model, Raw> => ({
  model,
  value: 0,
  curve: [],
  scale: 1,
  by: "loan_age",
  raw: null,
});

/** Class defaults everywhere, cash flows from the cut-off date. */
export function classAssumptions(cutOff: string | null): Assumptions {
  return {
    prepay: speed("class"),
    default: speed("class"),
    severity: {
      model: "class",
      value: 0,
      growth: 0,
      haircut: 20,
      cost: 10,
      raw: null,
      lag: null,
    },
    rates: {
      discount: null,
      price: 100,
      compounding: "annual",
      timeBasis: "dates",
      analysisDate: cutOff,
      pricingDate: null,
      index: null,
    },
    fees: { servicing: null, advances: null, order: null, defaultFree: null, useDrivers: false },
    selectors: [],
    recoveryTiming: null,
    otherIndices: {},
  };
}

/** The class defaults of a pool: each class and the average by balance, per cent. */
export interface PoolDefaults {
  cpr: number;
  cdr: number;
  severity: number;
  lag: number;
  discount: number;
  classes: {
    name: string;
    share: number;
    cpr: number;
    cdr: number;
    severity: number;
    lag: number;
  }[];
}

export function poolDefaults(
  shares: readonly ClassShare[],
  defaults: readonly ClassDefaults[],
): PoolDefaults {
  const total = shares.reduce((sum, share) => sum + share.balance, 0);
  const classes = shares.flatMap((share) => {
    const found = defaults.find((one) => one.asset_class === share.asset_class);
    return found === undefined ? [] : [{ share: total > 0 ? share.balance / total : 0, found }];
  });
  const average = (pick: (one: ClassDefaults) => number) =>
    classes.reduce((sum, { share, found }) => sum + share * pick(found), 0);
  const points = (fraction: number) => Number((100 * fraction).toFixed(3));
  return {
    cpr: points(average((one) => one.cpr)),
    cdr: points(average((one) => one.cdr)),
    severity: points(average((one) => one.loss_severity)),
    lag: Math.round(average((one) => one.recovery_lag_months)),
    discount: points(average((one) => one.discount_rate)),
    classes: classes.map(({ share, found }) => ({
      name: found.asset_class,
      share,
      cpr: points(found.cpr),
      cdr: points(found.cdr),
      severity: points(found.loss_severity),
      lag: found.recovery_lag_months,
    })),
  };
}

/** The annual curve that a prepayment model means, for drawing and as the start of an own curve. */
export function prepayCurve(state: Assumptions["prepay"], usual: number, last: number): Curve {
  switch (state.model) {
    case "none":
      return flatCurve(0, last);
    case "cpr":
      return flatCurve(state.value, last);
    case "smm":
      return flatCurve(annualRate(state.value), last);
    case "psa":
      return psaCurve(state.value, last);
    case "abs":
      return absCurve(state.value, last);
    case "curve":
      return scaled(state.curve, state.scale);
    default:
      return flatCurve(usual, last);
  }
}

export function defaultCurve(state: Assumptions["default"], usual: number, last: number): Curve {
  switch (state.model) {
    case "none":
      return flatCurve(0, last);
    case "cdr":
      return flatCurve(state.value, last);
    case "mdr":
      return flatCurve(annualRate(state.value), last);
    case "sda":
      return sdaCurve(state.value, last);
    case "curve":
      return scaled(state.curve, state.scale);
    default:
      return flatCurve(usual, last);
  }
}

const scaled = (curve: Curve, scale: number): Curve =>
  scale === 1 ? curve : curve.map((point) => ({ ...point, rate: point.rate * scale }));

const figure = (value: number) => Number(value.toFixed(3)).toString();

/** "150 PSA", "6 % CPR", "curve of 5 points". */
export function namePrepay(state: Assumptions["prepay"]): string {
  const names: Record<PrepayModel, string> = {
    class: "class default",
    none: "no prepayment",
    cpr: `${figure(state.value)} CPR`,
    smm: `${figure(state.value)} SMM`,
    psa: `${figure(state.value)} PSA`,
    abs: `${figure(state.value)} ABS`,
    curve: nameCurve(state.curve, state.scale),
    other: state.raw?.model ?? "other",
  };
  return names[state.model];
}

export function nameDefault(state: Assumptions["default"]): string {
  const names: Record<DefaultKind, string> = {
    class: "class default",
    none: "no default",
    cdr: `${figure(state.value)} CDR`,
    mdr: `${figure(state.value)} MDR`,
    sda: `${figure(state.value)} SDA`,
    curve: nameCurve(state.curve, state.scale),
    other: state.raw?.model ?? "other",
  };
  return names[state.model];
}

function nameCurve(curve: Curve, scale: number): string {
  const times = scale === 1 ? "" : ` × ${figure(scale)}`;
  return `curve, ${curve.length} points${times}`;
}

/** A name for a run that says what it assumes. */
export function describe(state: Assumptions): string {
  const parts: string[] = [];
  if (state.prepay.model !== "class") {
    parts.push(namePrepay(state.prepay));
  }
  if (state.default.model !== "class") {
    parts.push(nameDefault(state.default));
  }
  if (state.severity.model === "constant") {
    parts.push(`severity ${figure(state.severity.value)} %`);
  }
  return parts.length === 0 ? "Class defaults" : parts.join(", ");
}

/** Points of an own curve that lie off the compared one. */
export function pointsOff(curve: Curve, base: Curve): boolean[] {
  return curve.map((point) => Math.abs(point.rate - rateAt(base, point.month)) >= 0.005);
}
