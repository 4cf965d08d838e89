/** What the list is asked for, as it stands in the address. */
import type { Query } from "@/api/client";
import type { SearchState } from "@/screens/search";
import { type DayRange, listRange, rangeOf } from "../analytics/range";
import { reasonWords } from "../model/words";

export const PAGE_SIZES = ["10", "25", "50", "100"] as const;
export type PageSize = (typeof PAGE_SIZES)[number];

export const STATUSES = [
  { value: "all", text: "Any status" },
  { value: "running", text: "Running" },
  { value: "stopped", text: "Stopped" },
] as const;
export const MODES = [
  { value: "all", text: "Any mode" },
  { value: "paper", text: "Paper" },
  { value: "testnet", text: "Testnet" },
  { value: "live", text: "Live" },
] as const;

const KNOWN_REASONS = [
  "time_exit",
  "max_profit",
  "trailing_sl",
  "max_loss",
  "leg_stop",
  "manual",
  "panic_close",
  "kill_switch",
  "forced_exit",
  "expiry_guard",
  "settled",
  "external_close",
  "entry_aborted",
];

/** The reasons there are; one that is only in the address is kept. */
export function reasonOptions(chosen: string | undefined): { value: string; text: string }[] {
  const names =
    chosen === undefined || KNOWN_REASONS.includes(chosen)
      ? KNOWN_REASONS
      : [...KNOWN_REASONS, chosen];
  return [
    { value: "all", text: "Any exit" },
    ...names.map((value) => ({ value, text: reasonWords(value) })),
  ];
}

export interface Filters {
  status: (typeof STATUSES)[number]["value"];
  mode: (typeof MODES)[number]["value"];
  reason: string | undefined;
  range: DayRange;
  page: number;
  size: PageSize;
}

/** Reads the address; what makes no sense is as if it were not there. */
export function filtersOf(search: SearchState): Filters {
  const page = Number(search.page);
  return {
    status: STATUSES.find((one) => one.value === search.status)?.value ?? "all",
    mode: MODES.find((one) => one.value === search.mode)?.value ?? "all",
    reason: search.reason,
    range: rangeOf(search, "all"),
    page: Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1,
    size: PAGE_SIZES.find((one) => one === search.size) ?? "25",
  };
}

const unlessAll = (value: string) => (value === "all" ? undefined : value);

/** What narrows the list: the same for the page and for the export. */
export function filterQuery(filters: Filters, today: string): Query {
  return {
    status: unlessAll(filters.status),
    mode: unlessAll(filters.mode),
    exit_reason: filters.reason,
    ...listRange(filters.range, today),
  };
}

export const pageQuery = (filters: Filters, today: string): Query => ({
  ...filterQuery(filters, today),
  page: filters.page,
  page_size: Number(filters.size),
});

export const isFiltered = (filters: Filters): boolean =>
  filters.status !== "all" ||
  filters.mode !== "all" ||
  filters.reason !== undefined ||
  filters.range.name !== "all";

/** Nothing of the filters; page and selection go as well. */
export const NO_FILTERS: SearchState = {
  status: undefined,
  mode: undefined,
  reason: undefined,
  range: undefined,
  start: undefined,
  end: undefined,
  page: undefined,
};
