import { CreditGlyph } from "./glyphs";
import type { ServiceModule } from "./types";

const pools = () => import("../screens/credit/pools/Pools");

/** Screens live in `src/screens/credit/`; each is one entry of `pages`. */
export const credit: ServiceModule = {
  name: "credit",
  title: "Credit",
  go: "c",
  Glyph: CreditGlyph,
  purpose: "Pool cash flows, structured deals, stress and simulation",
  pages: [
    { path: "", title: "Pools", load: pools },
    { path: "pools", title: "Pools", nav: true, load: pools },
    {
      path: "pools/$poolId",
      title: "Pool",
      load: () => import("../screens/credit/pool/PoolPage"),
    },
    {
      path: "pools/$poolId/workbench",
      title: "Pool workbench",
      load: () => import("../screens/credit/workbench/Workbench"),
    },
    { path: "runs", title: "Runs", nav: true, load: () => import("../screens/credit/runs/Runs") },
    { path: "upload", title: "Upload tape", load: () => import("../screens/credit/upload/Upload") },
  ],
  instrument: () => import("../screens/credit/home/Instrument"),
  find: async (text, signal) =>
    (await import("../screens/credit/home/find")).findCredit(text, signal),
};
