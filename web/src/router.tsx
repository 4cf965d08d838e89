/** All addresses. Pages load when they are opened; filters and selection live in the search part. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { Problem } from "@/api/problem";
import { meQuery, queryClient, uiConfigQuery } from "@/api/queries";
import { MODULES } from "@/services/registry";
import type { ServiceModule, ServicePage } from "@/services/types";
import { onSessionEnd } from "@/session/session";
import { learnServerTime } from "@/shell/clock";
import { ErrorPanel, Skeleton } from "@/ui/States";
import { guardedPage } from "./screens/guard";

const root = createRootRoute({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/signin",
  component: lazyRouteComponent(() => import("./screens/signin/SignIn")),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ location }) => {
    try {
      const [me, config] = await Promise.all([
        queryClient.ensureQueryData(meQuery),
        queryClient.ensureQueryData(uiConfigQuery),
      ]);
      learnServerTime(config.server_time);
      if (me.must_change_password) {
        throw redirect({ to: "/signin", search: { next: location.href } });
      }
    } catch (error) {
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) {
        throw redirect({
          to: "/signin",
          search: location.href === "/" ? {} : { next: location.href },
        });
      }
      throw error;
    }
  },
  component: lazyRouteComponent(() => import("./shell/AppShell")),
  errorComponent: ({ error, reset }) => (
    <ErrorPanel
      what="The console could not start"
      error={error}
      onRetry={() => void router.invalidate().then(reset)}
    />
  ),
});

const page = (path: string, load: () => Promise<{ default: () => React.ReactNode }>) =>
  createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load) });

const platform = [
  page("/", () => import("./screens/home/Home")),
  page("/status", () => import("./screens/health/Health")),
  page("/jobs", () => import("./screens/jobs/Jobs")),
  page("/logs", () => import("./screens/logs/Logs")),
  page("/admin", () => import("./screens/admin/Admin")),
];

/** A service without a first page of its own gets the overview. */
function servicePages(module: ServiceModule) {
  const overview: ServicePage = {
    path: "",
    title: module.title,
    load: () => import("./screens/service/ServiceOverview"),
  };
  const pages = module.pages.some((one) => one.path === "")
    ? module.pages
    : [overview, ...module.pages];
  return pages.map((one) =>
    createRoute({
      getParentRoute: () => shell,
      path: one.path === "" ? `/${module.name}` : `/${module.name}/${one.path}`,
      component: guardedPage(module.name, one),
    }),
  );
}

const missing = createRoute({
  getParentRoute: () => shell,
  path: "$",
  component: lazyRouteComponent(() => import("./screens/missing/NotFound")),
});

const sheet =
  import.meta.env.MODE === "sheet" ? [page("/sheet", () => import("./screens/sheet/Sheet"))] : [];

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    shell.addChildren([...platform, ...MODULES.flatMap(servicePages), ...sheet, missing]),
  ]),
  defaultPreload: "intent",
  defaultPendingComponent: () => <Skeleton />,
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(search)) {
      if (value !== undefined && value !== null && value !== "") {
        params.set(name, String(value));
      }
    }
    const text = params.toString();
    return text === "" ? "" : `?${text}`;
  },
});

onSessionEnd((hadSession) => {
  const { pathname, href } = router.state.location;
  if (pathname !== "/signin") {
    void router.navigate({
      to: "/signin",
      search: hadSession ? { next: href, reason: "ended" } : { next: href },
    });
  }
});
