import type { PageName } from "../screens/credit/pages";
import { CreditGlyph } from "./glyphs";
import type { ServiceModule } from "./types";

/** The list of pages is a file of its own, so that the frame does not carry what each page needs. */
const page = (name: PageName) => async () =>
  (await import("../screens/credit/pages")).PAGES[name]();

/** Screens live in `src/screens/credit/`; each is one entry of `pages` here and one of `PAGES`. */
export const credit: ServiceModule = {
  name: "credit",
  title: "Credit",
  go: "c",
  Glyph: CreditGlyph,
  purpose: "Pool cash flows, structured deals, stress and simulation",
  pages: [
    { path: "", title: "Credit", load: page("creditHome") },
    {
      path: "pools",
      title: "Pools",
      nav: true,
      load: page("pools"),
    },
    {
      path: "pools/$poolId",
      title: "Pool",
      load: page("poolPage"),
    },
    {
      path: "pools/$poolId/workbench",
      title: "Pool workbench",
      load: page("workbench"),
    },
    { path: "runs", title: "Runs", nav: true, load: page("runs") },
    { path: "stress", title: "Stress", nav: true, load: page("stress") },
    { path: "stress/$stressId", title: "Stress run", load: page("stress") },
    {
      path: "deals",
      title: "Deals",
      nav: true,
      load: page("library"),
    },
    {
      path: "deals/$dealId",
      title: "Deal",
      load: page("dealPage"),
    },
    {
      path: "deals/$dealId/versions",
      title: "Versions of a deal",
      load: page("versions"),
    },
    {
      path: "loan",
      title: "Loan calculator",
      nav: true,
      load: page("loanCalculator"),
    },
    {
      path: "simulation",
      title: "Simulation",
      nav: true,
      load: page("simulation"),
    },
    {
      path: "simulation/$simulationId",
      title: "Simulation",
      load: page("simulationPage"),
    },
    {
      path: "verify",
      title: "Conformance",
      nav: true,
      load: page("verify"),
    },
    { path: "upload", title: "Upload tape", load: page("upload") },
  ],
  instrument: () => import("../screens/credit/home/Instrument"),
  find: async (text, signal) => {
    const [rest, deals] = await Promise.all([
      import("../screens/credit/home/find"),
      import("../screens/credit/deals/find"),
    ]);
    const found = await Promise.all([deals.findDeals(text, signal), rest.findCredit(text, signal)]);
    return found.flat();
  },
};
