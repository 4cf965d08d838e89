/** Jobs of the whole product: one query that the event stream keeps fresh, and polling without it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { JOBS_KEY, recentJobsQuery } from "@/api/queries";
import type { Job, Page } from "@/api/schema";
import { openStream, type StreamState } from "@/api/stream";
import { toast } from "@/ui/toasts";
import { createStore, useStore } from "./store";

export interface StreamView {
  state: StreamState;
  since: Date;
  lastEvent: Date | null;
}

const stream = createStore<StreamView>({ state: "connecting", since: new Date(), lastEvent: null });
export const useJobStream = () => useStore(stream);

export const ENDED = new Set(["succeeded", "failed", "cancelled"]);
export const isActive = (job: Job) => !ENDED.has(job.state);

/** The newest jobs first. */
export function useRecentJobs() {
  const { state } = useJobStream();
  return useQuery({ ...recentJobsQuery, refetchInterval: state === "live" ? 60_000 : 4_000 });
}

/** Active jobs, running before queued. */
export function useActiveJobs(): Job[] {
  const jobs = useRecentJobs().data?.items ?? [];
  return jobs.filter(isActive).sort((left, right) => right.state.localeCompare(left.state));
}

/** Puts a job into a page of jobs: replaced where it stands, else in front. */
export function mergeJob(page: Page<Job>, job: Job): Page<Job> {
  const known = page.items.some((one) => one.id === job.id);
  const items = known
    ? page.items.map((one) => (one.id === job.id ? { ...one, ...job } : one))
    : [job, ...page.items];
  return { ...page, items };
}

/** Follows the stream while the shell is shown. */
export function useJobEvents(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      openStream("/api/jobs/events", {
        onState: (state, since) => stream.set({ ...stream.get(), state, since }),
        onEvent: (event) => {
          stream.set({ ...stream.get(), lastEvent: new Date() });
          const job = event.name === "reset" ? null : readJob(event.data);
          if (job === null) {
            // Missed events, or a new job of which only the title is known: read the list.
            void client.invalidateQueries({ queryKey: ["jobs"] });
            return;
          }
          const before = client.getQueryData<Page<Job>>(JOBS_KEY);
          const old = before?.items.find((one) => one.id === job.id);
          if (before !== undefined) {
            client.setQueryData(JOBS_KEY, mergeJob(before, job));
          }
          client.setQueryData(["jobs", job.id], job);
          if (ENDED.has(job.state) && old !== undefined && !ENDED.has(old.state)) {
            announce(job);
            void client.invalidateQueries({ queryKey: ["jobs", "list"] });
          }
        },
      }),
    [client],
  );
}

/** A whole job, or null. */
function readJob(data: string): Job | null {
  try {
    const body = JSON.parse(data) as Partial<Job> & { job?: Job };
    const job = body.job ?? body;
    return typeof job.id === "string" && typeof job.created_at === "string" ? (job as Job) : null;
  } catch {
    return null;
  }
}

function announce(job: Job): void {
  const link = { text: "Open", ...pageOf(job) };
  if (job.state === "succeeded") {
    toast({ tone: "ok", text: `${job.title} is done`, link });
  } else if (job.state === "failed") {
    toast({ tone: "bad", text: `${job.title} failed`, detail: job.error?.message, link });
  } else {
    toast({ tone: "info", text: `${job.title} was cancelled`, link });
  }
}

/** Where a job's result is shown: a page of the console, else the job itself. */
export function pageOf(job: Job): { to: string; search?: Record<string, string> } {
  const page = job.result_url;
  if (page?.startsWith("/") && !page.startsWith("/api/")) {
    const url = new URL(page, location.origin);
    return { to: url.pathname, search: Object.fromEntries(url.searchParams) };
  }
  return { to: "/jobs", search: { job: job.id } };
}

/** Milliseconds left at the speed so far; null when it cannot be told. */
export function timeLeft(job: Job, now: Date): number | null {
  if (job.state !== "running" || !job.started_at || !job.progress || job.progress < 0.02) {
    return null;
  }
  const elapsed = now.getTime() - Date.parse(job.started_at);
  return elapsed <= 0 ? null : (elapsed / job.progress) * (1 - job.progress);
}
