import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { Bell, History, House, Menu } from "lucide-react";
import { useEffect } from "react";
import { uiConfigQuery } from "@/api/queries";
import { runningModules } from "@/services/registry";
import { cx } from "@/ui/cx";
import { useDecisions } from "./decisions";
import { openOverlay } from "./overlays";
import styles from "./Shell.module.css";

const USED_KEY = "quintet.last-services";

/** Home, the two services used last, Alerts, More; below 720 px. */
export function BottomNav() {
  const config = useQuery(uiConfigQuery).data;
  const path = useRouterState({ select: (state) => state.location.pathname });
  const decisions = useDecisions().length;
  const modules = runningModules(config);
  const here = path.split("/")[1] ?? "";
  const known = modules.some((module) => module.name === here);
  useEffect(() => {
    if (known) {
      localStorage.setItem(
        USED_KEY,
        [here, ...lastUsed().filter((one) => one !== here)].slice(0, 2).join(","),
      );
    }
  }, [here, known]);
  const used = lastUsed();
  const shown = [...modules]
    .sort((left, right) => rank(used, left.name) - rank(used, right.name))
    .slice(0, 2);
  return (
    <nav className={styles.bottom} aria-label="Main">
      <Link to="/" className={styles.bottomItem} aria-current={path === "/" ? "page" : undefined}>
        <House size={20} />
        Home
      </Link>
      {shown.map((module) => (
        <Link
          key={module.name}
          to={`/${module.name}`}
          className={styles.bottomItem}
          aria-current={here === module.name ? "page" : undefined}
        >
          <module.Glyph size={20} />
          {module.title}
        </Link>
      ))}
      {shown.length < 2 ? (
        <Link
          to="/jobs"
          className={styles.bottomItem}
          aria-current={path === "/jobs" ? "page" : undefined}
        >
          <History size={20} />
          Jobs
        </Link>
      ) : null}
      <button type="button" className={styles.bottomItem} onClick={() => openOverlay("alerts")}>
        <Bell size={20} />
        Alerts
        {decisions > 0 ? (
          <span className={cx(styles.badge, styles.urgent)} aria-hidden="true">
            {decisions}
          </span>
        ) : null}
      </button>
      <button type="button" className={styles.bottomItem} onClick={() => openOverlay("more")}>
        <Menu size={20} />
        More
      </button>
    </nav>
  );
}

function lastUsed(): string[] {
  return (localStorage.getItem(USED_KEY) ?? "").split(",").filter((name) => name !== "");
}

function rank(used: string[], name: string): number {
  const place = used.indexOf(name);
  return place < 0 ? used.length : place;
}
