import type { Found } from "@/services/types";
import { listProfiles, listSessions } from "../api/calls";
import { reasonWords, stateWords } from "../model/words";

const MOST = 6;

/** Sessions by name, day or reason, and profiles by name, for the palette. */
export async function findStrangle(text: string, signal: AbortSignal): Promise<Found[]> {
  const wanted = text.trim().toLowerCase();
  const has = (...names: (string | null)[]) =>
    names.some((name) => name?.toLowerCase().includes(wanted) ?? false);
  const [sessions, profiles] = await Promise.all([
    listSessions({ page_size: 200 }, signal),
    listProfiles(signal),
  ]);
  return [
    ...profiles.items
      .filter((profile) => has(profile.name))
      .slice(0, MOST)
      .map((profile) => ({
        id: profile.id,
        text: profile.name,
        hint: profile.is_active ? "Active profile" : "Profile",
        to: "/strangle/configuration",
        search: { profile: profile.id },
      })),
    ...sessions.items
      .filter((session) =>
        has(session.strategy_id, session.activated_at, reasonWords(session.exit_reason)),
      )
      .slice(0, MOST)
      .map((session) => ({
        id: session.strategy_id,
        text: session.strategy_id,
        hint:
          session.status === "running"
            ? `Session, ${stateWords({ state: session.state, status: "live" }).word.toLowerCase()}`
            : `Session, ${reasonWords(session.exit_reason).toLowerCase() || "closed"}`,
        to: session.status === "running" ? "/strangle/live" : "/strangle/history",
        search: session.status === "running" ? undefined : { session: String(session.id) },
      })),
  ];
}
