import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

interface Move {
  currentLocation: { pathname: string };
  nextLocation: { pathname: string };
}

/**
 * Asks before another page is opened while there is unsaved work; the tab itself asks when it is
 * closed. The answer: what to do with the page that waits, or null.
 */
export function useLeaveGuard(active: boolean): { leave: () => void; stay: () => void } | null {
  const router = useRouter();
  const [waiting, setWaiting] = useState<((block: boolean) => void) | null>(null);
  useEffect(() => {
    if (!active) {
      return;
    }
    return router.history.block({
      enableBeforeUnload: true,
      blockerFn: ({ currentLocation, nextLocation }: Move) =>
        currentLocation.pathname === nextLocation.pathname
          ? Promise.resolve(false)
          : new Promise<boolean>((resolve) => setWaiting(() => resolve)),
    });
  }, [active, router]);
  if (waiting === null) {
    return null;
  }
  const answer = (block: boolean) => () => {
    setWaiting(null);
    waiting(block);
  };
  return { leave: answer(false), stay: answer(true) };
}
