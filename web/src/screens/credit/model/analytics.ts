/**
 * Facts of a pool and of its classes, as an analysis tells them. The service adds facts over time,
 * so they are shown by what they are: figures, slices of the balance, lists.
 */
import { formatCount, formatNumber, NARROW_SPACE } from "@/format/numbers";

export interface Fact {
  name: string;
  value: number | string | boolean;
}

export interface FactTable {
  name: string;
  columns: string[];
  rows: Record<string, unknown>[];
}

export interface FactSection {
  /** The path of names: "auto_loan", "clo_cdo.structure". */
  name: string;
  facts: Fact[];
  tables: FactTable[];
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A report of a stress test has a page of its own. */
const HIDDEN = new Set(["stress_test_report"]);

/** Objects become sections, lists of objects tables, all else facts; what is not known is left out. */
export function sectionsOf(analytics: unknown, name = ""): FactSection[] {
  if (!isObject(analytics)) {
    return [];
  }
  const own: FactSection = { name, facts: [], tables: [] };
  const inner: FactSection[] = [];
  for (const [key, value] of Object.entries(analytics)) {
    if (HIDDEN.has(key)) {
      continue;
    }
    if (isObject(value)) {
      inner.push(...sectionsOf(value, name === "" ? key : `${name}.${key}`));
    } else if (Array.isArray(value)) {
      const rows = value.filter(isObject);
      if (rows.length > 0) {
        own.tables.push({ name: key, columns: [...new Set(rows.flatMap(Object.keys))], rows });
      } else if (value.length > 0) {
        own.facts.push({ name: key, value: value.map(String).join(", ") });
      }
    } else if (
      typeof value === "string" ||
      typeof value === "boolean" ||
      (typeof value === "number" && Number.isFinite(value))
    ) {
      own.facts.push({ name: key, value });
    }
  }
  return [...(own.facts.length + own.tables.length > 0 ? [own] : []), ...inner];
}

const ACRONYMS: Record<string, string> = {
  clo: "CLO",
  cdo: "CDO",
  wac: "WAC",
  wam: "WAM",
  wala: "WALA",
  warf: "WARF",
  was: "WAS",
  ccc: "CCC",
  ltv: "LTV",
  dscr: "DSCR",
  icr: "ICR",
  fico: "FICO",
  dti: "DTI",
  noi: "NOI",
  id: "Id",
};

/** "implied_recovery" becomes "Implied recovery". */
export function wordsOf(name: string): string {
  const words = name
    .split(/[._]/)
    .filter(Boolean)
    .map((word) => ACRONYMS[word] ?? word);
  const [first = "", ...rest] = words;
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(" ");
}

const FRACTIONS =
  /(^|_)(share|ltv|ltv_ratio|rate|recovery|enhancement|attachment|detachment|spread|cost|yield|income|wac|was|decline|shock)$/;
const AMOUNTS =
  /(^|_)(balance|par|expected_loss|interest|noi|subordination|service|supportable|gap|value)$/;
const COUNTS = /(^|_)(count|months|year|years|score|warf|loans)$/;

/** A figure by what its name says: a share in per cent, an amount, a count, or a plain number. */
export function sayFact(name: string, value: unknown, amount: (value: number) => string): string {
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  if (typeof value !== "number") {
    return typeof value === "string" ? value : "";
  }
  if (/(^|_)year$/.test(name)) {
    return String(value);
  }
  if (COUNTS.test(name)) {
    return Number.isInteger(value) ? formatCount(value) : formatNumber(value, 1);
  }
  if (FRACTIONS.test(name) && Math.abs(value) <= 5) {
    return `${formatNumber(100 * value, 2)}${NARROW_SPACE}%`;
  }
  return AMOUNTS.test(name) ? amount(value) : formatNumber(value, 2);
}
