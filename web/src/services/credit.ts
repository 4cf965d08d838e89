import { CreditGlyph } from "./glyphs";
import type { ServiceModule } from "./types";

/** Screens live in `src/screens/credit/`; each is one entry of `pages`. */
export const credit: ServiceModule = {
  name: "credit",
  title: "Credit",
  go: "c",
  Glyph: CreditGlyph,
  purpose: "Pool cash flows, structured deals, stress and simulation",
  pages: [],
};
