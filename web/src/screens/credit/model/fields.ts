/** The fields that a column of a tape may be, the usual ones first, and how well a guess fits. */
import { parseNumber } from "@/format/numbers";
import type { ColumnMapping, Mapping } from "../api/types";

export type FieldKind = "text" | "number" | "share" | "whole" | "date" | "flag" | "choice";

const FIELDS: readonly (readonly [string, FieldKind])[] = [
  ["id", "text"],
  ["asset_class", "choice"],
  ["balance", "number"],
  ["original_balance", "number"],
  ["rate", "share"],
  ["term_months", "whole"],
  ["remaining_term_months", "whole"],
  ["origination_date", "date"],
  ["first_payment_date", "date"],
  ["maturity_date", "date"],
  ["status", "choice"],
  ["days_delinquent", "whole"],
  ["fico_score", "whole"],
  ["ltv_ratio", "share"],
  ["location", "text"],
  ["debt_to_income", "share"],
  ["rate_type", "choice"],
  ["payment_frequency", "choice"],
  ["day_count", "text"],
  ["index", "text"],
  ["spread", "share"],
  ["reset_frequency_months", "whole"],
  ["next_reset_date", "date"],
  ["lookback_days", "whole"],
  ["periodic_cap", "share"],
  ["first_periodic_cap", "share"],
  ["lifetime_cap", "share"],
  ["lifetime_floor", "share"],
  ["index_floor", "share"],
  ["rate_rounding", "number"],
  ["fixed_months", "whole"],
  ["rate_basis", "choice"],
  ["amortization", "choice"],
  ["interest_only_period_months", "whole"],
  ["amortization_months", "whole"],
  ["balloon_payment", "number"],
  ["payment_cap", "share"],
  ["negative_amortization_limit", "number"],
  ["payment_growth", "share"],
  ["growth_years", "whole"],
  ["schedule_unit", "choice"],
  ["prepayment_penalty_term", "whole"],
  ["money_rounding", "choice"],
  ["prepayment_speed", "share"],
  ["default_probability", "share"],
  ["recovery_rate", "share"],
  ["loss_severity", "share"],
  ["recovery_lag_months", "whole"],
  ["property_type", "choice"],
  ["appraisal_value", "number"],
  ["lien_position", "whole"],
  ["is_interest_only", "flag"],
  ["has_pmi", "flag"],
  ["pmi_rate", "share"],
  ["vehicle_type", "choice"],
  ["vehicle_make", "text"],
  ["vehicle_model", "text"],
  ["vehicle_year", "whole"],
  ["initial_depreciation_rate", "share"],
  ["subsequent_depreciation_rate", "share"],
  ["loan_type", "choice"],
  ["loan_purpose", "choice"],
  ["is_secured", "flag"],
  ["collateral_type", "text"],
  ["collateral_value", "number"],
  ["payment_to_income", "share"],
  ["income", "number"],
  ["months_on_book", "whole"],
  ["times_30_dpd", "whole"],
  ["times_60_dpd", "whole"],
  ["times_90_dpd", "whole"],
  ["property_address", "text"],
  ["property_value", "number"],
  ["dscr", "number"],
  ["noi", "number"],
  ["debt_yield", "share"],
  ["clo_cdo_type", "choice"],
  ["collateral_pool_count", "whole"],
  ["collateral_pool_balance", "number"],
  ["collateral_pool_wac", "share"],
  ["collateral_pool_warf", "number"],
  ["reinvestment_period_months", "whole"],
  ["closing_date", "date"],
  ["effective_date", "date"],
  ["manager", "text"],
  ["trustee", "text"],
];

/** The code of a loan that is gone: such rows are left out. */
export const ZERO_BALANCE = "zero_balance_code";
const KINDS = new Map<string, FieldKind>(FIELDS);

export const FIELD_NAMES: readonly string[] = [...FIELDS.map(([name]) => name), ZERO_BALANCE];
export const kindOf = (field: string): FieldKind => KINDS.get(field) ?? "text";

const UPPER: Record<string, string> = {
  id: "Loan id",
  ltv: "LTV",
  fico: "FICO",
  pmi: "PMI",
  dscr: "DSCR",
  noi: "NOI",
  clo: "CLO",
  cdo: "CDO",
  wac: "WAC",
  warf: "WARF",
  dpd: "DPD",
};

/** "remaining_term_months" as people read it. */
export function fieldTitle(field: string): string {
  if (field.endsWith("_months")) {
    return `${fieldTitle(field.slice(0, -"_months".length))}, months`;
  }
  const words = field.split("_").map((word) => UPPER[word] ?? word);
  const text = words.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const DATE_FORMATS = [
  "YYYY-MM-DD",
  "MM/DD/YYYY",
  "DD/MM/YYYY",
  "MM/YYYY",
  "YYYY-MM",
  "YYYYMMDD",
  "YYYYMM",
  "MMYYYY",
  "MON-YYYY",
] as const;

const DATE_SHAPES: Record<string, RegExp> = {
  "YYYY-MM-DD": /^\d{4}-\d{1,2}-\d{1,2}/,
  "MM/DD/YYYY": /^(0?[1-9]|1[0-2])[/-]\d{1,2}[/-]\d{4}$/,
  "DD/MM/YYYY": /^\d{1,2}[/-](0?[1-9]|1[0-2])[/-]\d{4}$/,
  "MM/YYYY": /^(0?[1-9]|1[0-2])[/-]\d{4}$/,
  "YYYY-MM": /^\d{4}[-/](0?[1-9]|1[0-2])$/,
  YYYYMMDD: /^\d{8}$/,
  YYYYMM: /^\d{6}$/,
  MMYYYY: /^(0[1-9]|1[0-2])\d{4}$/,
  "MON-YYYY": /^[A-Za-z]{3}-\d{2,4}$/,
};

const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
const isMissing = (text: string) => /^(|na|n\/a|null|none|nan|-|\.)$/i.test(text.trim());

export interface Confidence {
  level: "high" | "medium" | "low";
  /** Values of the sample that can be read, and how many there are. */
  read: number;
  of: number;
  /** The heading is the name of the field. */
  named: boolean;
}

/** How well a column fits its field, from its heading and the sample. */
export function confidenceOf(mapped: ColumnMapping, samples: readonly string[]): Confidence {
  const values = samples.map((text) => text.trim()).filter((text) => !isMissing(text));
  const read = values.filter((text) => fits(mapped, text)).length;
  const named = plain(mapped.column) === plain(mapped.field);
  const share = values.length === 0 ? 0.5 : read / values.length;
  const level =
    share < 0.8 ? "low" : share === 1 && (named || values.length > 0) ? "high" : "medium";
  return { level, read, of: values.length, named };
}

function fits(mapped: ColumnMapping, text: string): boolean {
  const kind = kindOf(mapped.field);
  const number = parseNumber(text);
  if (kind === "number") {
    return number !== null;
  }
  if (kind === "whole") {
    return number !== null && Number.isInteger(number);
  }
  if (kind === "share") {
    const most = { fraction: 2, percent: 200, basis_points: 20_000 }[mapped.unit ?? "fraction"];
    return number !== null && Math.abs(number) <= most;
  }
  if (kind === "date") {
    return DATE_SHAPES[mapped.date_format ?? "YYYY-MM-DD"]?.test(text) ?? true;
  }
  return true;
}

/** Another field for a column, with the unit or date format it then needs; null does not use it. */
export function mapColumn(mapping: Mapping, column: string, field: string | null): Mapping {
  const others = mapping.columns.filter((one) => one.column !== column);
  if (field === null) {
    return { ...mapping, columns: others };
  }
  const kind = kindOf(field);
  const mapped: ColumnMapping = { column, field };
  if (kind === "share") {
    mapped.unit = "percent";
  } else if (kind === "date") {
    mapped.date_format = "YYYY-MM-DD";
  }
  const constants = { ...mapping.constants };
  delete constants[field];
  return { ...mapping, columns: [...others, mapped], constants };
}

/** What keeps a mapping from being used, in words. */
export function mappingFaults(mapping: Mapping): string[] {
  const faults: string[] = [];
  const used = new Map<string, number>();
  for (const one of mapping.columns) {
    used.set(one.field, (used.get(one.field) ?? 0) + 1);
  }
  for (const needed of ["balance", "rate"]) {
    if (!used.has(needed) && mapping.constants[needed] === undefined) {
      faults.push(`No column is ${fieldTitle(needed).toLowerCase()}: choose one`);
    }
  }
  if (!used.has("asset_class") && mapping.constants.asset_class === undefined) {
    faults.push("The asset class is not known: choose a column or one class for all loans");
  }
  for (const [field, times] of used) {
    if (times > 1) {
      faults.push(`${times} columns are ${fieldTitle(field).toLowerCase()}: keep one`);
    }
  }
  return faults;
}
