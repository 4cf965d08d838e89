/** The views of the deal routes. */
import type { RunBody } from "./runs";
import type { Deal, Fault, Finding } from "./structure";

export type Permission = "read" | "edit" | "admin";
/** What the caller may do: the owner may everything. */
export type DealAccess = Permission | "owner";

export type DealType = "abs" | "rmbs" | "cmbs" | "auto" | "card" | "clo" | "custom" | "imported";

/** What a list says about a structure. */
export interface DealSummary {
  currency: string | null;
  bonds: number;
  original_balance: number;
  pools: number;
  closing: string;
  maturity: string | null;
  errors: number;
  warnings: number;
}

/** A deal in a list. */
export interface DealItem {
  id: string;
  name: string;
  description: string;
  deal_type: DealType;
  is_public: boolean;
  permission: DealAccess;
  summary: DealSummary;
  version: number;
  created_at: string;
  updated_at: string;
}

export interface DealView extends DealItem {
  /** Only to those whose tenant it is. */
  owner_id: string | null;
  change_description: string;
  structure: Deal;
  /** As it was typed. */
  text: string;
  findings: Finding[];
  content_hash: string;
}

/** A deal as JSON or as text, one of the two. */
export interface DealBody {
  name?: string;
  description?: string;
  deal_type?: DealType;
  is_public?: boolean;
  structure?: Deal;
  text?: string;
  change_description?: string;
  /** Keeps it although the check finds errors; it does not run until they are gone. */
  draft?: boolean;
}

export interface Template {
  name: string;
  title: string;
  description: string;
}

export interface TemplateView extends Template {
  structure: Deal;
  text: string;
  /** What to run it on. */
  run: RunBody;
}

/** What could stand at a place of a text. */
export interface TextProposal {
  label: string;
  /** Replaces the letters before the place, and the open quote before them. */
  insert: string;
  detail: string;
}

/** Who may do what: the owner first. */
export interface Grant {
  user_id: string;
  permission_level: DealAccess;
  granted_by: string | null;
  created_at: string;
  updated_at: string;
}

export interface VersionItem {
  version: number;
  name: string;
  deal_type: DealType;
  content_hash: string;
  change_description: string;
  created_by: string;
  created_at: string;
}

export interface Change {
  path: string;
  /** `bonds["A"].coupon.rate` */
  name: string;
  before?: unknown;
  after?: unknown;
}

export interface DiffView {
  a: number;
  b: number;
  changes: Change[];
  lines: { side: "same" | "removed" | "added"; before?: number; after?: number; text: string }[];
}

export interface Parsed {
  deal: Deal | null;
  faults: Fault[];
  findings: Finding[];
}
