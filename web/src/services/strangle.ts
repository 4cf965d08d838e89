import { StrangleGlyph } from "./glyphs";
import type { ServiceModule } from "./types";

const live = () => import("../screens/strangle/live/LiveControl");

/** Screens live in `src/screens/strangle/`; each is one entry of `pages`. */
export const strangle: ServiceModule = {
  name: "strangle",
  title: "Strangle",
  go: "s",
  Glyph: StrangleGlyph,
  purpose: "Sells and manages daily short strangles",
  pages: [
    { path: "", title: "Live control", load: live },
    { path: "live", title: "Live control", nav: true, load: live },
    {
      path: "configuration",
      title: "Configuration",
      nav: true,
      load: () => import("../screens/strangle/configuration/Configuration"),
    },
    {
      path: "history",
      title: "History",
      nav: true,
      load: () => import("../screens/strangle/history/History"),
    },
    {
      path: "analytics",
      title: "Analytics",
      nav: true,
      load: () => import("../screens/strangle/analytics/Analytics"),
    },
    {
      path: "fees",
      title: "Fee calculator",
      nav: true,
      load: () => import("../screens/strangle/fees/Fees"),
    },
    {
      path: "risk",
      title: "Risk & reconciliation",
      nav: true,
      load: () => import("../screens/strangle/risk/RiskPage"),
    },
    {
      path: "simulator",
      title: "Simulator",
      nav: true,
      mode: "PAPER",
      need: "admin",
      load: () => import("../screens/strangle/simulator/Simulator"),
    },
  ],
  instrument: () => import("../screens/strangle/home/Instrument"),
  decisions: async (signal) =>
    (await import("../screens/strangle/home/decisions")).strangleDecisions(signal),
  find: async (text, signal) =>
    (await import("../screens/strangle/home/find")).findStrangle(text, signal),
};
