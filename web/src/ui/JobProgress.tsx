import { useMutation, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { cancelJob } from "@/api/platform";
import { asProblem } from "@/api/problem";
import { JOBS_KEY } from "@/api/queries";
import type { Job, Page } from "@/api/schema";
import { formatFraction } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { fraction } from "@/format/units";
import { moduleOf } from "@/services/registry";
import { useHasRole } from "@/session/session";
import { useNow } from "@/shell/clock";
import { isActive, mergeJob, pageOf, timeLeft } from "@/shell/jobs";
import { Button, IconButton, TextLink } from "./Button";
import { cx } from "./cx";
import { Age } from "./Figures";
import styles from "./JobProgress.module.css";
import { Chip, type ChipTone } from "./Marks";
import { toast } from "./toasts";

const TONES: Record<Job["state"], ChipTone> = {
  queued: "notice",
  running: "accent",
  succeeded: "ok",
  failed: "bad",
  cancelled: "plain",
};

/** The state of a job in a word. */
export function JobState({ state }: { state: Job["state"] }) {
  return <Chip tone={TONES[state] ?? "plain"}>{state}</Chip>;
}

/** Asks a job to stop; a refusal is told in a toast. */
export function useCancelJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (job: Job) => cancelJob(job.id),
    onSuccess: (answer) => {
      const before = client.getQueryData<Page<Job>>(JOBS_KEY);
      if (before !== undefined) {
        client.setQueryData(JOBS_KEY, mergeJob(before, answer));
      }
      void client.invalidateQueries({ queryKey: ["jobs"] });
    },
    onError: (error, job) => {
      const problem = asProblem(error);
      toast({ tone: "bad", text: `${job.title} goes on`, detail: problem.detail || problem.title });
    },
  });
}

/** A short list: title, time left, bar, message, cancel. */
export function JobList({ jobs }: { jobs: readonly Job[] }) {
  return jobs.map((job) => <JobRow key={job.id} job={job} />);
}

function JobRow({ job }: { job: Job }) {
  const now = useNow(1_000);
  const Glyph = moduleOf(job.service)?.Glyph;
  const active = isActive(job);
  const mayCancel = useHasRole("operator", job.service);
  const cancel = useCancelJob();
  const left = timeLeft(job, now);
  return (
    <div className={styles.job}>
      <div className={styles.title}>
        {Glyph ? <Glyph size={14} /> : null}
        <TextLink to={pageOf(job).to} search={pageOf(job).search} className={styles.name}>
          {job.title}
        </TextLink>
      </div>
      <div className={styles.side}>
        {active ? (
          <>
            {job.state === "queued"
              ? "waiting"
              : left === null
                ? "running"
                : `${formatDuration(left)} left`}
            {mayCancel && !job.cancel_requested ? (
              <IconButton
                label={`Cancel ${job.title}`}
                small
                isPending={cancel.isPending}
                onPress={() => cancel.mutate(job)}
              >
                <X size={14} />
              </IconButton>
            ) : null}
          </>
        ) : (
          <>
            <JobState state={job.state} />
            <Age at={job.finished_at} />
          </>
        )}
      </div>
      {active ? <Bar job={job} /> : null}
      {active ? (
        <>
          <span className={styles.note}>{job.message ?? ""}</span>
          <span className={styles.share}>{shareOf(job)}</span>
        </>
      ) : job.error ? (
        <span className={cx(styles.note, styles.failed)}>{job.error.message}</span>
      ) : null}
    </div>
  );
}

function shareOf(job: Job): string {
  return job.state === "queued" ? "" : formatFraction(fraction(job.progress), 0);
}

function Bar({ job }: { job: Job }) {
  const unknown = job.state === "running" && job.progress === 0;
  const share = job.progress;
  return (
    <div
      className={cx(styles.track, unknown && styles.unknown)}
      role="progressbar"
      aria-label={job.title}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(unknown ? {} : { "aria-valuenow": Math.round(share * 100) })}
    >
      <div
        className={styles.fill}
        style={unknown ? undefined : { transform: `scaleX(${share})` }}
      />
    </div>
  );
}

/** One job in large: share, message, speed, time left, cancel, "you can leave this page". */
export function JobProgress({ job }: { job: Job }) {
  const now = useNow(1_000);
  const cancel = useCancelJob();
  const mayCancel = useHasRole("operator", job.service);
  const left = timeLeft(job, now);
  const started = !job.started_at ? null : Date.parse(job.started_at);
  const ended = !job.finished_at ? now.getTime() : Date.parse(job.finished_at);
  return (
    <div className={styles.large}>
      <div className={styles.largeHead}>
        <span>{job.title}</span>
        {isActive(job) ? (
          <span className={styles.largeShare}>{shareOf(job)}</span>
        ) : (
          <JobState state={job.state} />
        )}
      </div>
      <Bar job={job} />
      <div className={styles.largeFoot}>
        <span>{job.message ?? ""}</span>
        <span>
          {started === null ? "waiting for a worker" : formatDuration(ended - started)}
          {left === null ? "" : ` · ${formatDuration(left)} left`}
        </span>
      </div>
      {isActive(job) ? (
        <div className={styles.largeFoot}>
          <span>You can leave this page.</span>
          <Button
            icon={<X size={14} />}
            isDisabled={!mayCancel || job.cancel_requested}
            isPending={cancel.isPending}
            onPress={() => cancel.mutate(job)}
          >
            {job.cancel_requested ? "Cancelling" : "Cancel job"}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
