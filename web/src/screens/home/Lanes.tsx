import { useRef } from "react";
import type { Job } from "@/api/schema";
import { linear, timeTicks } from "@/charts/scale";
import { useSize } from "@/charts/useSize";
import { counted } from "@/format/numbers";
import { formatClock } from "@/format/time";
import type { Decision, ServiceModule } from "@/services/types";
import { useNow } from "@/shell/clock";

const DAY = 24 * 3_600_000;
const LANE = 26;
const LEFT = 82;

/** Jobs as bars, failures and alerts as marks; a lane for each service and one for the platform. */
export function Lanes({
  jobs,
  modules,
  decisions,
}: {
  jobs: readonly Job[];
  modules: readonly ServiceModule[];
  decisions: readonly Decision[];
}) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const now = useNow(30_000).getTime();
  const known = new Set(modules.map((module) => module.name));
  const lanes = [
    ...modules.map((module) => ({ id: module.name, title: module.title })),
    { id: "platform", title: "Platform" },
  ];
  const laneOf = (service: string) => (known.has(service) ? service : "platform");
  const height = lanes.length * LANE + 22;
  const x = linear({ low: now - DAY, high: now }, LEFT, Math.max(LEFT + 1, width - 8));
  const fresh = jobs.filter((job) => Date.parse(job.finished_at ?? job.created_at) > now - DAY);
  const failed = fresh.filter((job) => job.state === "failed").length;
  const label = `Last 24 hours: ${counted(fresh.length, "job")}, ${failed} failed, ${counted(decisions.length, "open decision")}`;
  return (
    <div ref={box}>
      <svg width={width} height={height} role="img" aria-label={label} fontSize={11}>
        {timeTicks(now - DAY, now, width < 500 ? 4 : 8).map((tick) => (
          <g key={tick}>
            <path d={`M${Math.round(x(tick)) + 0.5} 0V${height - 20}`} stroke="var(--grid)" />
            <text x={x(tick)} y={height - 5} textAnchor="middle" fill="var(--axis)">
              {formatClock(new Date(tick), "UTC", "minute")}
            </text>
          </g>
        ))}
        {lanes.map((lane, index) => {
          const y = index * LANE + LANE / 2;
          return (
            <g key={lane.id}>
              <path d={`M${LEFT} ${y + 0.5}H${width - 8}`} stroke="var(--grid)" />
              <text x={0} y={y + 4} fill="var(--text-2)">
                {lane.title}
              </text>
              {fresh
                .filter((job) => laneOf(job.service) === lane.id)
                .map((job) => (
                  <JobBar key={job.id} job={job} x={x} y={y} now={now} />
                ))}
              {decisions
                .filter((one) => laneOf(one.service) === lane.id && Date.parse(one.at) > now - DAY)
                .map((one) => (
                  <path
                    key={one.id}
                    transform={`translate(${x(Date.parse(one.at))} ${y})`}
                    d={
                      one.severity === "critical"
                        ? "M-2.600-6h5.200L6-2.600v5.200L2.600 6h-5.200L-6 2.600v-5.200z"
                        : "M0-5.500 5.500 0 0 5.500-5.500 0z"
                    }
                    fill={one.severity === "critical" ? "var(--danger)" : "var(--warn-mark)"}
                    stroke="var(--surface-1)"
                    strokeWidth={1.5}
                  />
                ))}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function JobBar({
  job,
  x,
  y,
  now,
}: {
  job: Job;
  x: (value: number) => number;
  y: number;
  now: number;
}) {
  const from = Math.max(LEFT, x(Date.parse(job.started_at ?? job.created_at)));
  const to = x(!job.finished_at ? now : Date.parse(job.finished_at));
  return (
    <rect
      x={from}
      y={y - 4}
      width={Math.max(3, to - from)}
      height={8}
      rx={2}
      fill={job.state === "failed" ? "var(--high-mark)" : "var(--cat-1)"}
      opacity={0.6}
    >
      <title>
        {job.title}, {job.state}
      </title>
    </rect>
  );
}
