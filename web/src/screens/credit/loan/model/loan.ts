/** The form of the loan calculator and what it asks. Rates here are per cent points. */

export type Frequency = "monthly" | "quarterly" | "semi_annual" | "annual";
export type Amortization = "level" | "linear" | "interest_only" | "bullet";
export type Prepayment = "CPR" | "PSA" | "SMM" | "ABS";

export interface LoanForm {
  principal: number;
  rate: number;
  term: number;
  type: string;
  frequency: Frequency;
  amortization: Amortization;
  interestOnly: number;
  /** Months over which the payment is computed; 0 is the term. */
  amortizationMonths: number;
  balloon: number;
  prepayment: Prepayment;
  speed: number;
  default: number;
  severity: number;
  discount: number;
  price: number;
}

export const USUAL: LoanForm = {
  principal: 250_000,
  rate: 6.5,
  term: 360,
  type: "mortgage",
  frequency: "monthly",
  amortization: "level",
  interestOnly: 0,
  amortizationMonths: 0,
  balloon: 0,
  prepayment: "CPR",
  speed: 0,
  default: 0,
  severity: 35,
  discount: 6,
  price: 100,
};

/** What the server calls a loan; what is left out does not happen. */
export interface LoanBody {
  principal: number;
  interest_rate: number;
  term_months: number;
  loan_type: string;
  payment_frequency: Frequency;
  amortization_type: Amortization;
  interest_only_period?: number;
  amortization_months?: number;
  balloon_payment?: number;
  prepayment_model?: Prepayment;
  prepayment_rate?: number;
  default_probability?: number;
  recovery_rate?: number;
}

const share = (points: number) => Number((points / 100).toPrecision(12));

export function loanBody(form: LoanForm): LoanBody {
  return {
    principal: form.principal,
    interest_rate: share(form.rate),
    term_months: form.term,
    loan_type: form.type,
    payment_frequency: form.frequency,
    amortization_type: form.amortization,
    ...(form.interestOnly > 0 ? { interest_only_period: form.interestOnly } : {}),
    ...(form.amortizationMonths > form.term
      ? { amortization_months: form.amortizationMonths }
      : {}),
    ...(form.balloon > 0 ? { balloon_payment: form.balloon } : {}),
    ...(form.speed > 0
      ? {
          prepayment_model: form.prepayment,
          prepayment_rate: form.prepayment === "PSA" ? form.speed : share(form.speed),
        }
      : {}),
    ...(form.default > 0
      ? {
          default_probability: share(form.default),
          recovery_rate: share(100 - form.severity),
        }
      : {}),
  };
}

/** Why the loan cannot be asked for; null when it can. By field. */
export function complaints(form: LoanForm): Partial<Record<keyof LoanForm, string>> {
  const found: Partial<Record<keyof LoanForm, string>> = {};
  if (!(form.principal > 0)) {
    found.principal = "Must be above 0";
  }
  if (form.interestOnly >= form.term) {
    found.interestOnly = `Must be below the term, ${form.term}`;
  }
  if (form.amortizationMonths > 0 && form.amortizationMonths < form.term) {
    found.amortizationMonths = `Must be at least the term, ${form.term}, or 0`;
  }
  if (form.balloon >= form.principal) {
    found.balloon = `Must be below the principal, ${form.principal}`;
  }
  return found;
}

export type Moved = "interest_rate" | "discount_rate" | "prepayment_rate" | "default_probability";

export interface MovedLook {
  title: string;
  /** Per cent points around the present value. */
  steps: readonly number[];
  least: number;
}

export const MOVED: Record<Moved, MovedLook> = {
  interest_rate: { title: "Loan rate", steps: [-2, -1, -0.5, 0, 0.5, 1, 2], least: 0 },
  discount_rate: { title: "Discount rate", steps: [-2, -1, -0.5, 0, 0.5, 1, 2], least: 0 },
  prepayment_rate: { title: "Prepayment", steps: [0, 2, 4, 6, 8, 10, 15, 20], least: 0 },
  default_probability: { title: "Default", steps: [0, 0.5, 1, 2, 3, 5], least: 0 },
};

/** The values of one input: around the present one for rates, from 0 for speeds. PSA counts in 100. */
export function movedValues(form: LoanForm, moved: Moved): number[] {
  const look = MOVED[moved];
  if (moved === "prepayment_rate" && form.prepayment === "PSA") {
    return [0, 50, 100, 150, 200, 300, 400];
  }
  const middle =
    moved === "interest_rate" ? form.rate : moved === "discount_rate" ? form.discount : 0;
  const values = look.steps
    .map((step) => Number((middle + step).toPrecision(12)))
    .filter((value) => value >= look.least && value < 100)
    .map(share);
  return [...new Set(values)];
}

/** A value of an input as people read it: per cent points, or PSA. */
export const movedShown = (form: LoanForm, moved: Moved, value: number): number =>
  moved === "prepayment_rate" && form.prepayment === "PSA"
    ? value
    : Number((value * 100).toPrecision(12));

/** From the address and back: only what differs from the usual loan. */
export function formToText(form: LoanForm): string {
  return (Object.keys(USUAL) as (keyof LoanForm)[])
    .filter((name) => form[name] !== USUAL[name])
    .map((name) => `${name}*${form[name]}`)
    .join("_");
}

export function formFromText(text: string | undefined): LoanForm {
  const form: Record<string, unknown> = { ...USUAL };
  for (const part of (text ?? "").split("_")) {
    const at = part.indexOf("*");
    const name = part.slice(0, at);
    if (at > 0 && name in USUAL) {
      const value = part.slice(at + 1);
      const number = Number(value);
      if (typeof form[name] === "number") {
        form[name] = Number.isFinite(number) && value !== "" ? number : form[name];
      } else {
        form[name] = value;
      }
    }
  }
  return form as unknown as LoanForm;
}
