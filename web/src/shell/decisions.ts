/** What needs a decision: unhealthy parts, failed jobs, and what each running service reports. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { healthQuery, uiConfigQuery } from "@/api/queries";
import type { Job, ServiceHealth } from "@/api/schema";
import { runningModules } from "@/services/registry";
import type { Decision } from "@/services/types";
import { useNow } from "./clock";
import { useRecentJobs } from "./jobs";

const ORDER = ["critical", "high", "medium", "low", "info"];
const DAY = 24 * 3_600_000;

export function useDecisions(): Decision[] {
  const config = useQuery(uiConfigQuery).data;
  const health = useQuery(healthQuery).data ?? [];
  const jobs = useRecentJobs().data?.items ?? [];
  const now = useNow(30_000);
  const modules = runningModules(config).filter((module) => module.decisions !== undefined);
  const reported = useQueries({
    queries: modules.map((module) => ({
      queryKey: ["decisions", module.name],
      queryFn: ({ signal }: { signal: AbortSignal }) => module.decisions?.(signal) ?? [],
      refetchInterval: 60_000,
    })),
  });
  return sortDecisions([
    ...healthDecisions(health, now),
    ...jobDecisions(jobs, now),
    ...reported.flatMap((one) => one.data ?? []),
  ]);
}

/** By severity, then age, the oldest first. */
export function sortDecisions(decisions: Decision[]): Decision[] {
  return decisions.sort(
    (left, right) =>
      ORDER.indexOf(left.severity) - ORDER.indexOf(right.severity) ||
      left.at.localeCompare(right.at),
  );
}

export function healthDecisions(health: ServiceHealth[], now: Date): Decision[] {
  return health.flatMap((service) =>
    service.items
      .filter((item) => item.status !== "healthy")
      .map((item) => ({
        id: `health:${service.name}:${item.name}`,
        severity: item.status === "unhealthy" ? ("critical" as const) : ("medium" as const),
        title: `${service.title}: ${item.name} is ${item.status}`,
        text: item.detail,
        service: service.name,
        at: item.checked_at ?? now.toISOString(),
        act: "Open health",
        to: "/status",
        search: { service: service.name },
      })),
  );
}

/** Jobs that failed within a day and were not run again since. */
export function jobDecisions(jobs: Job[], now: Date): Decision[] {
  return jobs
    .filter((job) => {
      const ended = job.finished_at ?? job.created_at;
      const fresh = now.getTime() - Date.parse(ended) < DAY;
      const again = jobs.some(
        (other) =>
          other.name === job.name && other.title === job.title && other.created_at > job.created_at,
      );
      return job.state === "failed" && fresh && !again;
    })
    .map((job) => ({
      id: `job:${job.id}`,
      severity: "high" as const,
      title: `${job.title} failed`,
      text: job.error?.message ?? job.message,
      service: job.service,
      at: job.finished_at ?? job.created_at,
      act: "Open job",
      to: "/jobs",
      search: { job: job.id },
    }));
}
