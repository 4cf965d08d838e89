import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { HeartPulse, History, House, List, PanelLeft, SlidersHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { healthQuery, uiConfigQuery } from "@/api/queries";
import { Logo } from "@/services/glyphs";
import { listedPages, pagePath, runningModules } from "@/services/registry";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Lamp, lampOf } from "@/ui/Marks";
import { useActiveJobs } from "./jobs";
import { setPref, usePrefs } from "./prefs";
import styles from "./Shell.module.css";

/** Home, the running services with their pages, and the platform. */
export function SideNav({ small }: { small: boolean }) {
  const config = useQuery(uiConfigQuery).data;
  const health = useQuery(healthQuery).data;
  const path = useRouterState({ select: (state) => state.location.pathname });
  const active = useActiveJobs().length;
  const { side } = usePrefs();
  const modules = runningModules(config);
  const lampFor = (name: string) =>
    lampOf(health?.find((service) => service.name === name)?.status);

  return (
    <nav className={styles.side} aria-label="Services">
      <div className={styles.brand}>
        <Logo />
        <span className={styles.brandName}>Quintet</span>
        <IconButton
          label={side === "open" ? "Collapse side bar" : "Open side bar"}
          small
          onPress={() => setPref("side", side === "open" ? "small" : "open")}
        >
          <PanelLeft size={16} />
        </IconButton>
      </div>
      <div className={styles.nav}>
        <NavLink to="/" title="Home" icon={<House size={16} />} exact path={path} />
        {modules.length > 0 ? <div className={styles.section}>Services</div> : null}
        {modules.map((module) => {
          const here = path === `/${module.name}` || path.startsWith(`/${module.name}/`);
          const pages = listedPages(module, config?.mode);
          return (
            <div key={module.name}>
              <NavLink
                to={`/${module.name}`}
                title={module.title}
                icon={<module.Glyph />}
                exact={pages.length === 0}
                current={pages.length === 0 && here}
                open={here}
                path={path}
                end={
                  <span className={styles.sideLamp}>
                    <Lamp state={lampFor(module.name)} />
                  </span>
                }
                hint={small ? module.title : undefined}
              />
              {here && pages.length > 0 ? (
                <div className={styles.sub}>
                  {pages.map((page) => (
                    <NavLink
                      key={page.path}
                      to={pagePath(module, page.path)}
                      title={page.title}
                      exact={page.path === ""}
                      path={path}
                    />
                  ))}
                </div>
              ) : null}
            </div>
          );
        })}
        <div className={styles.section}>Platform</div>
        <NavLink to="/logs" title="Logs" icon={<List size={16} />} path={path} />
        <NavLink
          to="/jobs"
          title="Jobs"
          icon={<History size={16} />}
          path={path}
          end={active > 0 ? <span className={styles.count}>{active}</span> : null}
        />
        <NavLink to="/status" title="Health" icon={<HeartPulse size={16} />} path={path} />
        <NavLink
          to="/admin"
          title="Administration"
          icon={<SlidersHorizontal size={16} />}
          path={path}
        />
      </div>
      <div className={styles.sideFoot}>Quintet {config?.version ?? ""}</div>
    </nav>
  );
}

interface NavLinkProps {
  to: string;
  title: string;
  path: string;
  icon?: ReactNode;
  exact?: boolean;
  current?: boolean;
  open?: boolean;
  end?: ReactNode;
  hint?: string;
}

function NavLink({ to, title, path, icon, exact, current, open, end }: NavLinkProps) {
  const here = current ?? (exact ? path === to : path === to || path.startsWith(`${to}/`));
  const marked = here && (open === undefined || current === true);
  return (
    <Link
      to={to}
      className={cx(styles.link, open && styles.open)}
      activeProps={{}}
      aria-current={marked ? "page" : undefined}
    >
      {icon}
      <span className={styles.linkText}>{title}</span>
      {end}
    </Link>
  );
}
