/**
 * The services the console knows. Only those that `ui-config` names are shown; one without pages
 * of its own gets the overview of its health and jobs.
 */
import type { UiConfig } from "@/api/schema";
import { credit } from "./credit";
import { DocumentsGlyph, LevelsGlyph, ModelsGlyph, OtherGlyph, StrangleGlyph } from "./glyphs";
import type { ServiceModule } from "./types";

const strangle: ServiceModule = {
  name: "strangle",
  title: "Strangle",
  go: "s",
  Glyph: StrangleGlyph,
  purpose: "Sells and manages daily short strangles",
  pages: [],
};

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

/** The address of a page. */
export function pagePath(module: ServiceModule, path: string): string {
  return path === "" ? `/${module.name}` : `/${module.name}/${path}`;
}
