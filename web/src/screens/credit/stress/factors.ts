/** Market factors of a scenario: their limits, how they are shown, and their form in the address. */
import { formatNumber } from "@/format/numbers";

export type FactorId =
  | "interest_rate_shock"
  | "discount_rate_shock"
  | "spread_widening"
  | "default_multiplier"
  | "prepayment_multiplier"
  | "recovery_multiplier"
  | "property_value_decline";

/** As the service takes them; what is absent has no effect. */
export type Factors = Partial<Record<FactorId, number>> & {
  duration_months?: number | null;
  ramp_months?: number | null;
};

export interface FactorKind {
  id: FactorId;
  title: string;
  /** In the address. */
  short: string;
  unit: string;
  /** The service's value times this is shown: fractions become per cent. */
  times: number;
  digits: number;
  /** In shown units. */
  min: number;
  max: number;
  step: number;
  /** The value without effect, as the service has it. */
  neutral: number;
  hint?: string;
}

export const FACTORS: readonly FactorKind[] = [
  {
    id: "interest_rate_shock",
    title: "Interest rates",
    short: "rate",
    unit: "pt",
    times: 100,
    digits: 2,
    min: -5,
    max: 10,
    step: 0.25,
    neutral: 0,
    hint: "Moves floating and hybrid loans and their indices.",
  },
  {
    id: "discount_rate_shock",
    title: "Discount rate",
    short: "disc",
    unit: "pt",
    times: 100,
    digits: 2,
    min: -5,
    max: 10,
    step: 0.25,
    neutral: 0,
  },
  {
    id: "spread_widening",
    title: "Spread",
    short: "spread",
    unit: "pt",
    times: 100,
    digits: 2,
    min: 0,
    max: 20,
    step: 0.25,
    neutral: 0,
    hint: "Added to the discount rate.",
  },
  {
    id: "default_multiplier",
    title: "Defaults",
    short: "def",
    unit: "×",
    times: 1,
    digits: 2,
    min: 0,
    max: 10,
    step: 0.1,
    neutral: 1,
  },
  {
    id: "prepayment_multiplier",
    title: "Prepayments",
    short: "pre",
    unit: "×",
    times: 1,
    digits: 2,
    min: 0,
    max: 10,
    step: 0.1,
    neutral: 1,
  },
  {
    id: "recovery_multiplier",
    title: "Recoveries",
    short: "rec",
    unit: "×",
    times: 1,
    digits: 2,
    min: 0,
    max: 2,
    step: 0.05,
    neutral: 1,
  },
  {
    id: "property_value_decline",
    title: "Fall of property values",
    short: "prop",
    unit: "%",
    times: 100,
    digits: 1,
    min: 0,
    max: 100,
    step: 1,
    neutral: 0,
    hint: "Acts where the severity follows the value of the collateral.",
  },
];

export const MOST_MONTHS = 600;

const tidy = (value: number) => Number(value.toPrecision(12));

/** The figure of the field for what the service has. */
export const shownOf = (kind: FactorKind, factors: Factors): number =>
  tidy((factors[kind.id] ?? kind.neutral) * kind.times);

/** What the service gets for the figure of the field; without effect means absent. */
export function withFactor(factors: Factors, kind: FactorKind, shown: number): Factors {
  const value = tidy(shown / kind.times);
  const { [kind.id]: _old, ...rest } = factors;
  return value === kind.neutral ? rest : { ...rest, [kind.id]: value };
}

export function withMonths(
  factors: Factors,
  name: "duration_months" | "ramp_months",
  months: number | null,
): Factors {
  const { [name]: _old, ...rest } = factors;
  return months === null ? rest : { ...rest, [name]: months };
}

/** Annual rates that replace what is assumed. */
export interface Speeds {
  cdr?: number | null;
  cpr?: number | null;
  recovery_rate?: number | null;
}

/** Whether a factor moves anything. */
export const isMoved = (kind: FactorKind, factors: Factors): boolean =>
  (factors[kind.id] ?? kind.neutral) !== kind.neutral;

/** "rates +3 pt, defaults × 1.2, spread +5 pt, for 24 months"; "no change" for none. */
export function sayFactors(factors: Factors, speeds: Speeds = {}): string {
  const rates = [
    ["CDR", speeds.cdr],
    ["CPR", speeds.cpr],
    ["recovery", speeds.recovery_rate],
  ] as const;
  const parts = [
    ...rates.flatMap(([title, rate]) =>
      rate === null || rate === undefined ? [] : [`${title} ${trimmed(100 * rate, 2)} %`],
    ),
    ...FACTORS.filter((kind) => isMoved(kind, factors)).map(
      (kind) => `${kind.title.toLowerCase()} ${sayFactor(kind, shownOf(kind, factors))}`,
    ),
  ];
  if (parts.length === 0) {
    return "no change";
  }
  if (factors.duration_months) {
    parts.push(`for ${factors.duration_months} months`);
  }
  if (factors.ramp_months) {
    parts.push(`reached after ${factors.ramp_months} months`);
  }
  return parts.join(", ");
}

const trimmed = (value: number, digits: number, sign: "plain" | "always" = "plain") =>
  formatNumber(value, digits, sign).replace(/\.?0+$/, "");

/** "+3 pt", "× 1.2", "25 % lower". */
export function sayFactor(kind: FactorKind, shown: number): string {
  if (kind.unit === "×") {
    return `× ${trimmed(shown, kind.digits)}`;
  }
  return kind.unit === "pt"
    ? `${trimmed(shown, kind.digits, "always")} pt`
    : `${trimmed(shown, kind.digits)} ${kind.unit}`;
}

export interface OwnScenario {
  name: string;
  factors: Factors;
}

export const LONGEST_NAME = 64;

/** Why a scenario cannot be used, or null. */
export function complaintOf(
  scenario: OwnScenario,
  taken: readonly string[],
): { field: "name" | "factors"; text: string } | null {
  const name = scenario.name.trim();
  if (name === "") {
    return { field: "name", text: "Give a name" };
  }
  if (name.length > LONGEST_NAME) {
    return { field: "name", text: `At most ${LONGEST_NAME} characters` };
  }
  if (taken.some((one) => one.toLowerCase() === name.toLowerCase())) {
    return { field: "name", text: `There is a scenario ${name} already; choose another name` };
  }
  if (sayFactors(scenario.factors) === "no change") {
    return { field: "factors", text: "Move at least one factor; this scenario equals the base" };
  }
  return null;
}

/** "Deep recession_rate*2_def*3~Calm_def*0.5": characters that need no escape, but blanks. */
export function ownToText(own: readonly OwnScenario[]): string | undefined {
  const text = own.map((one) => {
    const factors = FACTORS.filter((kind) => one.factors[kind.id] !== undefined).map(
      (kind) => `${kind.short}*${shownOf(kind, one.factors)}`,
    );
    for (const [short, months] of [
      ["for", one.factors.duration_months],
      ["ramp", one.factors.ramp_months],
    ] as const) {
      if (months !== undefined && months !== null) {
        factors.push(`${short}*${months}`);
      }
    }
    return [one.name.replace(/[_*~]/g, " "), ...factors].join("_");
  });
  return text.length === 0 ? undefined : text.join("~");
}

/** Reads what it can; figures outside their limits are left out. */
export function ownFromText(text: string | undefined): OwnScenario[] {
  return (text ?? "").split("~").flatMap((part) => {
    const [name = "", ...rest] = part.split("_");
    let factors: Factors = {};
    for (const [short, figure] of rest.map((one) => one.split("*"))) {
      const value = Number(figure);
      const kind = FACTORS.find((one) => one.short === short);
      if (kind !== undefined && value >= kind.min && value <= kind.max) {
        factors = withFactor(factors, kind, value);
      } else if (Number.isInteger(value) && value > 0 && value <= MOST_MONTHS) {
        if (short === "for") {
          factors = withMonths(factors, "duration_months", value);
        } else if (short === "ramp") {
          factors = withMonths(factors, "ramp_months", value);
        }
      }
    }
    return name.trim() === "" ? [] : [{ name: name.trim(), factors }];
  });
}

const ACRONYMS: Record<string, string> = { clo: "CLO", cdr: "CDR", cpr: "CPR" };

/** "rate_shock_up" becomes "Rate shock up"; what people named stays. */
export function titleOf(name: string): string {
  if (!/^[a-z0-9_]+$/.test(name)) {
    return name;
  }
  const words = name.split("_").map((word) => ACRONYMS[word] ?? word);
  const [first = "", ...rest] = words;
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(" ");
}
