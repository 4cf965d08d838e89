import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell, ChevronRight, History, Moon, Search, Sun } from "lucide-react";
import { uiConfigQuery } from "@/api/queries";
import { formatClock } from "@/format/time";
import { useMe } from "@/session/session";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { useNow } from "./clock";
import { useCrumbs } from "./crumbs";
import { useDecisions } from "./decisions";
import { EnvBadge } from "./EnvBadge";
import { useActiveJobs } from "./jobs";
import { openOverlay } from "./overlays";
import { setPref, shownTheme, usePrefs } from "./prefs";
import styles from "./Shell.module.css";
import { shownKeys } from "./shortcuts";

/** Breadcrumb, palette, environment, clocks, jobs, alerts, theme, account. */
export function TopBar() {
  const config = useQuery(uiConfigQuery).data;
  const me = useMe();
  usePrefs();
  const dark = shownTheme() === "dark";
  const letters = initials(me?.full_name || me?.email || "");
  const jobs = useActiveJobs().length;
  const decisions = useDecisions();
  const urgent = decisions.filter(
    (one) => one.severity === "critical" || one.severity === "high",
  ).length;
  return (
    <header className={styles.top}>
      <Crumbs />
      <button
        type="button"
        className={cx(styles.search, styles.wide)}
        aria-keyshortcuts="Control+K"
        onClick={() => openOverlay("palette")}
      >
        <Search size={14} aria-hidden />
        <span className={styles.searchText}>Search or run a command</span>
        <kbd>{shownKeys("Mod+k")}</kbd>
      </button>
      <EnvBadge mode={config?.mode ?? "PAPER"} />
      <Clocks />
      <span className={cx(styles.badged, styles.wide)}>
        <IconButton
          label={jobs === 0 ? "Jobs, none running" : `Jobs, ${jobs} running`}
          keys="g then j"
          onPress={() => openOverlay("jobs")}
        >
          <History size={16} />
        </IconButton>
        {jobs > 0 ? <Badge count={jobs} /> : null}
      </span>
      <span className={styles.badged}>
        <IconButton
          label={
            decisions.length === 0 ? "Alerts, none" : `Alerts, ${decisions.length} need a decision`
          }
          onPress={() => openOverlay("alerts")}
        >
          <Bell size={16} />
        </IconButton>
        {decisions.length > 0 ? <Badge count={decisions.length} urgent={urgent > 0} /> : null}
      </span>
      <span className={styles.wide}>
        <IconButton
          label={dark ? "Use light theme" : "Use dark theme"}
          onPress={() => setPref("theme", dark ? "light" : "dark")}
        >
          {dark ? <Sun size={16} /> : <Moon size={16} />}
        </IconButton>
      </span>
      <IconButton
        label={`${letters}, account ${me?.email ?? ""}`}
        onPress={() => openOverlay("account")}
      >
        <span className={styles.avatar}>{letters}</span>
      </IconButton>
    </header>
  );
}

function Badge({ count, urgent }: { count: number; urgent?: boolean }) {
  return (
    <span className={cx(styles.badge, urgent && styles.urgent)} aria-hidden="true">
      {count > 99 ? "99+" : count}
    </span>
  );
}

function Crumbs() {
  const crumbs = useCrumbs();
  return (
    <nav className={styles.crumbs} aria-label="Breadcrumb">
      <ol>
        {crumbs.map((crumb, index) => (
          <li key={crumb.title} aria-current={index === crumbs.length - 1 ? "page" : undefined}>
            {crumb.to === undefined ? (
              <span className={styles.crumbText}>{crumb.title}</span>
            ) : (
              <Link to={crumb.to}>{crumb.title}</Link>
            )}
            {index < crumbs.length - 1 ? <ChevronRight size={12} aria-hidden /> : null}
          </li>
        ))}
      </ol>
    </nav>
  );
}

const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const localName =
  new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" })
    .formatToParts(new Date())
    .find((part) => part.type === "timeZoneName")?.value ?? "local";

/** Server time in UTC and in the zone of this browser. */
function Clocks() {
  const now = useNow(1_000);
  const local = localZone !== "UTC" && localName !== "UTC";
  return (
    <div className={styles.clocks} role="timer" aria-label="Server time">
      <span>
        <small>UTC</small>
        {formatClock(now)}
      </span>
      {local ? (
        <span>
          <small>{localName}</small>
          {formatClock(now, localZone)}
        </span>
      ) : null}
    </div>
  );
}

/** "Meera Iyer" becomes "MI", "a.b@example.com" becomes "AB". */
export function initials(name: string): string {
  const words = name.split("@")[0]?.split(/[\s._-]+/) ?? [];
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}
