import { lazy, Suspense } from "react";
import type { ServicePage } from "@/services/types";
import { useHasRole } from "@/session/session";
import { NoPermission, Skeleton } from "@/ui/States";

/** A page of a service: loaded when opened, refused in words without its role. */
export function guardedPage(service: string, page: ServicePage) {
  const Content = lazy(page.load);
  return function GuardedPage() {
    const allowed = useHasRole(page.need ?? "viewer", service);
    return allowed ? (
      <Suspense fallback={<Skeleton />}>
        <Content />
      </Suspense>
    ) : (
      <NoPermission
        need={`${service}:${page.need ?? "viewer"}`}
        what={`open ${page.title.toLowerCase()}`}
      />
    );
  };
}
