/** The conformance route: the engine against published figures. */
import { queryOptions } from "@tanstack/react-query";
import { call } from "@/api/client";

/** A published table, computed again. */
export interface VerifySection {
  name: string;
  title: string;
  /** Where the figures come from. */
  source: string;
  cells: number;
  largest_difference: number;
  /** What printing rounds away. */
  tolerance: number;
  passed: boolean;
}

export interface VerifyReport {
  passed: boolean;
  cells: number;
  sections: VerifySection[];
  engine_version?: string;
}

export const verifyQuery = queryOptions({
  queryKey: ["credit", "verify"],
  queryFn: ({ signal }) => call<VerifyReport>("GET", "/api/v1/credit/verify", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
