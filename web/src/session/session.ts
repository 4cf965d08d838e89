/** Who is signed in, until when, and what the roles allow. The server decides; this only explains. */
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { onSession, renewSession } from "@/api/client";
import { signOut as callSignOut } from "@/api/platform";
import { meQuery, queryClient, uiConfigQuery } from "@/api/queries";
import type { Me, Session } from "@/api/schema";

const UNTIL_KEY = "quintet.session-until";
const RANK: Record<string, number> = { viewer: 1, auditor: 1, operator: 2, approver: 3, admin: 4 };

export type Role = "viewer" | "operator" | "approver" | "auditor" | "admin";

/** Whether roles such as `operator` or `credit:operator` include what is needed. */
export function rolesAllow(roles: readonly string[], need: Role, service?: string): boolean {
  return roles.some((granted) => {
    const [first = "", second] = granted.split(":");
    const role = second ?? first;
    const scope = second === undefined ? null : first;
    if (scope !== null && scope !== service) {
      return false;
    }
    if (need === "auditor") {
      return role === "auditor" || role === "admin";
    }
    return (RANK[role] ?? 0) >= (RANK[need] ?? Number.POSITIVE_INFINITY);
  });
}

export function useMe(): Me | undefined {
  return useQuery({ ...meQuery, enabled: false }).data;
}

export function useHasRole(need: Role, service?: string): boolean {
  const me = useMe();
  return me !== undefined && rolesAllow(me.grants, need, service);
}

let endedHandler: ((hadSession: boolean) => void) | null = null;
const listeners = new Set<() => void>();

/** Called once by the router: where to go when the session is over. */
export function onSessionEnd(handler: (hadSession: boolean) => void): void {
  endedHandler = handler;
}

/** Notes a new or renewed session. */
export function noteSession(session: Session): void {
  const until = Date.now() + session.expires_in * 1_000;
  localStorage.setItem(UNTIL_KEY, String(until));
  for (const listener of listeners) {
    listener();
  }
}

/** Milliseconds (browser clock) until the access token ends; null when unknown. */
export function useSessionUntil(): number | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      addEventListener("storage", listener);
      return () => {
        listeners.delete(listener);
        removeEventListener("storage", listener);
      };
    },
    () => {
      const text = localStorage.getItem(UNTIL_KEY);
      return text === null ? null : Number(text);
    },
  );
}

/** Forgets the person and goes to the sign-in page; the address is kept for the return. */
export function endSession(): void {
  const hadSession = localStorage.getItem(UNTIL_KEY) !== null;
  localStorage.removeItem(UNTIL_KEY);
  queryClient.removeQueries({
    predicate: (query) => query.queryKey[0] !== uiConfigQuery.queryKey[0],
  });
  endedHandler?.(hadSession);
}

export async function signOut(): Promise<void> {
  await callSignOut().catch(() => undefined);
  localStorage.removeItem(UNTIL_KEY);
  endSession();
}

export const staySignedIn = renewSession;

export function installSession(): void {
  onSession({ renewed: noteSession, ended: endSession });
}
