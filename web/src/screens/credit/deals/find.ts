import type { Found } from "@/services/types";
import { listDeals, type Shelf } from "./api/calls";
import { dealPath } from "./path";

const MOST = 6;
const SHELVES: readonly Shelf[] = ["my-deals", "shared-with-me", "public"];

/** Deals whose name has the typed text, for the palette; each once. */
export async function findDeals(text: string, signal: AbortSignal): Promise<Found[]> {
  const wanted = text.trim();
  const pages = await Promise.all(
    SHELVES.map((shelf) => listDeals(shelf, { name: wanted, limit: MOST }, signal)),
  );
  const found = new Map(pages.flatMap((page) => page.items.map((deal) => [deal.id, deal])));
  return [...found.values()].slice(0, MOST).map((deal) => ({
    id: deal.id,
    text: deal.name,
    hint: "Deal",
    to: dealPath(deal.id),
  }));
}
