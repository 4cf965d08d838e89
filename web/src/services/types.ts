import type { ComponentType } from "react";
import type { Role } from "@/session/session";
import type { SeverityLevel } from "@/ui/Marks";

/** A page of a service; its address is `/<service>/<path>`. */
export interface ServicePage {
  /** "" is the first page, "pools/$poolId" one with a parameter. */
  path: string;
  title: string;
  /** Listed under the open service in the side bar and in the palette. */
  nav?: boolean;
  /** Loaded when it is opened: `() => import("./Pools")`, with the component as default export. */
  load: () => Promise<{ default: ComponentType }>;
  /** Without this role the page says so instead of loading. */
  need?: Role;
  /** Listed only in this environment: "PAPER". */
  mode?: string;
}

/** Something that waits for a person; Home and the alerts list them by severity, then age. */
export interface Decision {
  id: string;
  severity: SeverityLevel;
  title: string;
  /** The figures and the limit. */
  text: string;
  service: string;
  at: string;
  /** Verb and object: "Review drift". */
  act: string;
  to: string;
  search?: Record<string, string>;
}

/** Something the palette found for the typed text. */
export interface Found {
  id: string;
  text: string;
  hint?: string;
  to: string;
  search?: Record<string, string>;
}

export interface ServiceModule {
  /** As in `ui-config`. */
  name: string;
  title: string;
  /** The key after g. */
  go?: string;
  Glyph: ComponentType<{ size?: number }>;
  /** What the service is for, in one sentence. */
  purpose: string;
  pages: ServicePage[];
  /** Its instrument in small, on Home; gets the card's body, not the frame. */
  instrument?: () => Promise<{ default: ComponentType }>;
  decisions?: (signal: AbortSignal) => Promise<Decision[]>;
  find?: (text: string, signal: AbortSignal) => Promise<Found[]>;
}
