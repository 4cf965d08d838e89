import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { uiConfigQuery } from "@/api/queries";
import { pagePath, runningModules } from "@/services/registry";
import { copyText } from "@/ui/copy";
import { cx } from "@/ui/cx";
import { Toaster } from "@/ui/Toaster";
import { BottomNav } from "./BottomNav";
import { LiveFrame } from "./EnvBadge";
import { ErrorBoundary } from "./ErrorBoundary";
import { useJobEvents } from "./jobs";
import { closeOverlay, openOverlay, useOverlay } from "./overlays";
import { usePrefs } from "./prefs";
import styles from "./Shell.module.css";
import { SideNav } from "./SideNav";
import { StatusBar } from "./StatusBar";
import { installShortcuts, type Shortcut, useShortcuts } from "./shortcuts";
import { TopBar } from "./TopBar";

const Overlays = lazy(() => import("./Overlays"));
const SessionWatch = lazy(() => import("./SessionWatch"));

/** The frame of every signed-in page. */
export default function AppShell() {
  const config = useQuery(uiConfigQuery).data;
  const { side } = usePrefs();
  const narrow = useNarrow();
  const overlay = useOverlay();
  const small = narrow || side === "small";
  const router = useRouter();
  useJobEvents();
  useEffect(installShortcuts, []);
  useShellShortcuts();
  useEffect(() => router.subscribe("onBeforeNavigate", closeOverlay), [router]);
  return (
    <div className={cx(styles.app, small && styles.small)}>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <SideNav small={small} />
      <TopBar />
      <main id="main" className={styles.main} tabIndex={-1}>
        <ErrorBoundary>
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      <StatusBar />
      <BottomNav />
      <Toaster />
      <Suspense fallback={null}>
        {overlay === null ? null : <Overlays overlay={overlay} />}
        <SessionWatch />
      </Suspense>
      <LiveFrame mode={config?.mode ?? ""} />
    </div>
  );
}

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia("(max-width: 1024px)").matches);
  useEffect(() => {
    const query = matchMedia("(max-width: 1024px)");
    const follow = () => setNarrow(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return narrow;
}

const EVERYWHERE = "Everywhere";

function useShellShortcuts(): void {
  const navigate = useNavigate();
  const config = useQuery(uiConfigQuery).data;
  const go = (keys: string, text: string, to: string): Shortcut => ({
    keys: `g ${keys}`,
    text,
    scope: EVERYWHERE,
    run: () => void navigate({ to }),
  });
  const services = runningModules(config).flatMap((module) =>
    module.go === undefined ? [] : [go(module.go, module.title, pagePath(module, ""))],
  );
  useShortcuts([
    {
      keys: "Mod+k",
      text: "Search or run a command",
      scope: EVERYWHERE,
      run: () => openOverlay("palette"),
    },
    { keys: "?", text: "Keys of this screen", scope: EVERYWHERE, run: () => openOverlay("keys") },
    { keys: "c", text: "Copy the link to this view", scope: EVERYWHERE, run: copyLink },
    go("h", "Home", "/"),
    ...services,
    go("o", "Logs", "/logs"),
    go("j", "Jobs", "/jobs"),
    go("a", "Administration", "/admin"),
  ]);
}

function copyLink(): void {
  void copyText(location.href, "Link copied");
}
