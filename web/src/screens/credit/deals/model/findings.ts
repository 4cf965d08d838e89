/** What the check found: in which order it is told, and to which object it belongs. */
import type { Problem } from "@/api/problem";
import type { Finding } from "../api/structure";
import { isWithin } from "./pointer";

/** Errors first, then in the order of the deal. */
export function ordered(findings: readonly Finding[]): Finding[] {
  const rank = { error: 0, warning: 1 };
  return findings
    .map((finding, index) => ({ finding, index }))
    .sort(
      (left, right) =>
        rank[left.finding.severity] - rank[right.finding.severity] || left.index - right.index,
    )
    .map(({ finding }) => finding);
}

export interface Tally {
  errors: number;
  warnings: number;
}

export function tally(findings: readonly Finding[], pointer = ""): Tally {
  const within = findings.filter((one) => pointer === "" || isWithin(one.path, pointer));
  return {
    errors: within.filter((one) => one.severity === "error").length,
    warnings: within.filter((one) => one.severity === "warning").length,
  };
}

/** The message that belongs to a field; an object's own message is not repeated on its fields. */
export function messageAt(findings: readonly Finding[], pointer: string): string | null {
  const found = findings.find((one) => one.path === pointer && one.severity === "error");
  if (found === undefined) {
    return null;
  }
  return found.suggestion ? `${found.message}; ${found.suggestion}` : found.message;
}

/** The object of the tree that a finding belongs to: "/bonds/1", "/dates". */
export function objectOf(path: string): string {
  const [, section, index] = path.split("/");
  if (section === undefined || section === "") {
    return "";
  }
  return section === "dates" || index === undefined || !/^\d+$/.test(index)
    ? `/${section}`
    : `/${section}/${index}`;
}

/** The step a finding belongs to: the longest part of its path that ends with a place in a list of steps. */
export function stepOf(path: string): string | null {
  const found = path.match(/^.*\/(?:steps|then|otherwise)\/\d+/);
  return found?.[0] ?? null;
}

/** A refused structure, as findings: the server names the member. */
export function findingsOf(problem: Problem, root: string): Finding[] {
  if (problem.fields.length === 0) {
    return [
      {
        severity: "error",
        code: problem.code,
        path: "",
        message: problem.detail || problem.title,
      },
    ];
  }
  return problem.fields.map((field) => ({
    severity: "error",
    code: field.code,
    path: `/${field.pointer.replace(/^#?\//, "")}`.replace(new RegExp(`^/${root}(?=/|$)`), ""),
    message: field.message,
  }));
}
