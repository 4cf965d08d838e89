import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { jobQuery } from "@/api/queries";
import type { Job } from "@/api/schema";
import { isActive } from "@/shell/jobs";
import { JobProgress } from "@/ui/JobProgress";
import { Loaded } from "@/ui/States";

/** Shows a job until it ends and then says how. */
export function FollowJob({ id, onEnd }: { id: string; onEnd: (job: Job) => void }) {
  const query = useQuery({
    ...jobQuery(id),
    refetchInterval: ({ state }) =>
      state.data === undefined || isActive(state.data) ? 1_000 : false,
  });
  const ended = useRef(onEnd);
  ended.current = onEnd;
  const job = query.data;
  const done = job !== undefined && !isActive(job);
  useEffect(() => {
    if (done && job !== undefined) {
      ended.current(job);
    }
  }, [done, job]);
  return (
    <Loaded query={query} what="The job">
      {(shown) => <JobProgress job={shown} />}
    </Loaded>
  );
}
