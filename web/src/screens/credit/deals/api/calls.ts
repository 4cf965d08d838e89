/** One function a route. */
import { call, callRaw, type Query } from "@/api/client";
import type { Page } from "../../api/types";
import type { Deal, Finding } from "./structure";
import type {
  DealBody,
  DealItem,
  DealView,
  DiffView,
  Grant,
  Parsed,
  Permission,
  Template,
  TemplateView,
  TextProposal,
  VersionItem,
} from "./types";

const DEALS = "/api/v1/deals";
const deal = (id: string, rest = "") => `${DEALS}/${encodeURIComponent(id)}${rest}`;

export type Shelf = "my-deals" | "shared-with-me" | "public";

export const listDeals = (shelf: Shelf, query: Query, signal?: AbortSignal) =>
  call<Page<DealItem>>("GET", `${DEALS}/${shelf}`, { query, signal });
export const findDeal = (id: string, signal?: AbortSignal) =>
  call<DealView>("GET", deal(id), { signal });
export const createDeal = (body: DealBody) => call<DealView>("POST", DEALS, { body });
export const updateDeal = (id: string, version: number, body: DealBody) =>
  call<DealView>("PUT", deal(id), { body, version });
export const deleteDeal = (id: string, version: number) => call("DELETE", deal(id), { version });
export const cloneDeal = (id: string, name: string) =>
  call<DealView>("POST", deal(id, "/clone"), { body: { name } });
export const importDeal = (body: unknown) => call<DealView>("POST", `${DEALS}/import`, { body });
export type DealFormat = "native" | "text";
export const exportDeal = (id: string, format: DealFormat) =>
  callRaw("POST", deal(id, "/export"), {
    body: {},
    query: { format },
    headers: { Accept: "*/*" },
  });

export const listGrants = (id: string, signal?: AbortSignal) =>
  call<Grant[]>("GET", deal(id, "/access"), { signal });
export const shareDeal = (id: string, shared_with_id: string, permission_level: Permission) =>
  call("POST", deal(id, "/share"), { body: { shared_with_id, permission_level } });
export const revokeShare = (id: string, userId: string) =>
  call("DELETE", deal(id, `/share/${encodeURIComponent(userId)}`));

export const listVersions = (id: string, signal?: AbortSignal) =>
  call<Page<VersionItem>>("GET", deal(id, "/versions"), { signal });
export const findVersion = (id: string, version: number, signal?: AbortSignal) =>
  call<DealView>("GET", deal(id, `/versions/${version}`), { signal });
export const restoreVersion = (id: string, version: number, present: number) =>
  call<DealView>("POST", deal(id, `/versions/${version}/restore`), { body: {}, version: present });
export const diffVersions = (id: string, a: number, b: number, signal?: AbortSignal) =>
  call<DiffView>("GET", deal(id, "/diff"), { query: { a, b }, signal });

export const listTemplates = (signal?: AbortSignal) =>
  call<Template[]>("GET", `${DEALS}/templates`, { signal });
export const findTemplate = (name: string, signal?: AbortSignal) =>
  call<TemplateView>("GET", `${DEALS}/templates/${encodeURIComponent(name)}`, { signal });

export const parseDeal = (text: string, signal?: AbortSignal) =>
  call<Parsed>("POST", `${DEALS}/parse`, { body: { text }, signal });
export const formatDeal = (structure: Deal, signal?: AbortSignal) =>
  call<{ text: string }>("POST", `${DEALS}/format`, { body: { structure }, signal });
export const checkDeal = (structure: Deal, signal?: AbortSignal) =>
  call<{ findings: Finding[] }>("POST", `${DEALS}/check`, { body: { structure }, signal });

export const completeText = (text: string, line: number, column: number, signal?: AbortSignal) =>
  call<TextProposal[]>("POST", `${DEALS}/complete`, { body: { text, line, column }, signal });
