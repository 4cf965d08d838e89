/** Query keys and options of the deal screens. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import * as calls from "./calls";
import type { Deal } from "./structure";

export const DEALS_KEY = ["credit", "deals"] as const;

export const dealsQuery = (shelf: calls.Shelf) =>
  infiniteQueryOptions({
    queryKey: [...DEALS_KEY, "list", shelf],
    queryFn: ({ pageParam, signal }) =>
      calls.listDeals(shelf, { limit: 200, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const dealQuery = (id: string) =>
  queryOptions({
    queryKey: [...DEALS_KEY, id],
    queryFn: ({ signal }) => calls.findDeal(id, signal),
  });

export const templatesQuery = queryOptions({
  queryKey: [...DEALS_KEY, "templates"],
  queryFn: ({ signal }) => calls.listTemplates(signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const grantsQuery = (id: string) =>
  queryOptions({
    queryKey: [...DEALS_KEY, id, "grants"],
    queryFn: ({ signal }) => calls.listGrants(id, signal),
  });

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...DEALS_KEY, id, "versions"],
    queryFn: ({ signal }) => calls.listVersions(id, signal),
  });

export const versionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: [...DEALS_KEY, id, "versions", version],
    queryFn: ({ signal }) => calls.findVersion(id, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const diffQuery = (id: string, a: number, b: number) =>
  queryOptions({
    queryKey: [...DEALS_KEY, id, "diff", a, b],
    queryFn: ({ signal }) => calls.diffVersions(id, a, b, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The check of a structure; the findings of the last one stay until the new ones are there. */
export const checkQuery = (key: string) =>
  queryOptions({
    queryKey: [...DEALS_KEY, "check", key],
    queryFn: ({ signal }) => calls.checkDeal(JSON.parse(key) as Deal, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const parseQuery = (text: string) =>
  queryOptions({
    queryKey: [...DEALS_KEY, "parse", text],
    queryFn: ({ signal }) => calls.parseDeal(text, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const formatQuery = (key: string) =>
  queryOptions({
    queryKey: [...DEALS_KEY, "format", key],
    queryFn: ({ signal }) => calls.formatDeal(JSON.parse(key) as Deal, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
