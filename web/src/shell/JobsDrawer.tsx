import { LinkButton } from "@/ui/Button";
import { Drawer } from "@/ui/Dialog";
import { JobList } from "@/ui/JobProgress";
import { Empty, ErrorPanel, Skeleton } from "@/ui/States";
import { isActive, useRecentJobs } from "./jobs";
import styles from "./Overlays.module.css";
import { closeOverlay } from "./overlays";

/** Running work and what just ended, from everywhere. */
export default function JobsDrawer() {
  const query = useRecentJobs();
  const jobs = query.data?.items ?? [];
  const active = jobs.filter(isActive);
  const ended = jobs.filter((job) => !isActive(job)).slice(0, 15);
  return (
    <Drawer open onClose={closeOverlay} title="Jobs">
      <div className={styles.scroll}>
        {query.isPending ? <Skeleton /> : null}
        {query.error && jobs.length === 0 ? (
          <ErrorPanel what="Jobs could not be loaded" error={query.error} onRetry={query.refetch} />
        ) : null}
        {query.data !== undefined && jobs.length === 0 ? (
          <Empty title="No jobs yet">Long work such as a run or an export appears here.</Empty>
        ) : null}
        <JobList jobs={active} />
        <JobList jobs={ended} />
        <div className={styles.padded}>
          <LinkButton to="/jobs">All jobs</LinkButton>
        </div>
      </div>
    </Drawer>
  );
}
