/**
 * The services the console knows. Only those that `ui-config` names are shown; one without pages
 * of its own gets the overview of its health and jobs.
 */
import type { UiConfig } from "@/api/schema";
import { credit } from "./credit";
import { DocumentsGlyph, LevelsGlyph, ModelsGlyph, OtherGlyph } from "./glyphs";
import { strangle } from "./strangle";
import type { ServiceModule, ServicePage } from "./types";

const documents: ServiceModule = {
  name: "documents",
  title: "Documents",
  go: "d",
  Glyph: DocumentsGlyph,
  purpose: "Finds what is missing or contradictory in trading documents",
  pages: [],
};

const models: ServiceModule = {
  name: "models",
  title: "Models",
  go: "m",
  Glyph: ModelsGlyph,
  purpose: "Features, registry, experiments, drift and the paper desk",
  pages: [],
};

const levels: ServiceModule = {
  name: "levels",
  title: "Levels",
  go: "l",
  Glyph: LevelsGlyph,
  purpose: "Occupancy, elasticity and price recommendations",
  pages: [],
};

export const MODULES: readonly ServiceModule[] = [strangle, credit, documents, models, levels];

/** Titles of what is not a service but writes jobs and logs. */
const PLATFORM_TITLES: Record<string, string> = {
  platform: "Platform",
  accounts: "Accounts",
  logbook: "Logbook",
};

/** The running services without the parts of the platform. */
export function runningServices(config: UiConfig | undefined): UiConfig["services"] {
  return (config?.services ?? []).filter((service) => !(service.name in PLATFORM_TITLES));
}

/** The modules of the running services, in the order of the server. */
export function runningModules(config: UiConfig | undefined): ServiceModule[] {
  return runningServices(config).map(
    (service) =>
      MODULES.find((module) => module.name === service.name) ?? {
        name: service.name,
        title: service.title,
        Glyph: OtherGlyph,
        purpose: service.title,
        pages: [],
      },
  );
}

export function moduleOf(name: string): ServiceModule | undefined {
  return MODULES.find((module) => module.name === name);
}

export function serviceTitle(name: string): string {
  return moduleOf(name)?.title ?? PLATFORM_TITLES[name] ?? name;
}

/** The pages that are listed in an environment. */
export function listedPages(module: ServiceModule, mode: string | undefined): ServicePage[] {
  return module.pages.filter((page) => page.nav && (page.mode === undefined || page.mode === mode));
}

/** The address of a page. */
export function pagePath(module: ServiceModule, path: string): string {
  return path === "" ? `/${module.name}` : `/${module.name}/${path}`;
}
