import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { HeartPulse, History, List, Moon, Search, SlidersHorizontal, Sun } from "lucide-react";
import { uiConfigQuery } from "@/api/queries";
import { listedPages, pagePath, runningModules } from "@/services/registry";
import { Drawer } from "@/ui/Dialog";
import styles from "./Overlays.module.css";
import { closeOverlay, openOverlay } from "./overlays";
import { setPref, shownTheme, usePrefs } from "./prefs";

/** The side bar of a phone. */
export default function MoreDrawer() {
  const config = useQuery(uiConfigQuery).data;
  usePrefs();
  const dark = shownTheme() === "dark";
  return (
    <Drawer open onClose={closeOverlay} title="More">
      <nav className={styles.scroll} aria-label="All pages">
        <div className={styles.more}>
          <button type="button" onClick={() => openOverlay("palette")}>
            <Search size={18} />
            Search or run a command
          </button>
          {runningModules(config).map((module) => (
            <div key={module.name}>
              <Link to={`/${module.name}`}>
                <module.Glyph size={18} />
                {module.title}
              </Link>
              {listedPages(module, config?.mode)
                .filter((page) => page.path !== "")
                .map((page) => (
                  <Link
                    key={page.path}
                    to={pagePath(module, page.path)}
                    style={{ paddingLeft: 38 }}
                  >
                    {page.title}
                  </Link>
                ))}
            </div>
          ))}
          <Link to="/logs">
            <List size={18} />
            Logs
          </Link>
          <Link to="/jobs">
            <History size={18} />
            Jobs
          </Link>
          <Link to="/status">
            <HeartPulse size={18} />
            Health
          </Link>
          <Link to="/admin">
            <SlidersHorizontal size={18} />
            Administration
          </Link>
          <button type="button" onClick={() => setPref("theme", dark ? "light" : "dark")}>
            {dark ? <Sun size={18} /> : <Moon size={18} />}
            {dark ? "Use light theme" : "Use dark theme"}
          </button>
        </div>
      </nav>
    </Drawer>
  );
}
