/** Deals as files. */
import { saveBlob } from "@/api/download";
import { asProblem } from "@/api/problem";
import { formatBytes } from "@/format/numbers";
import { toast } from "@/ui/toasts";
import { type DealFormat, exportDeal } from "../api/calls";
import type { DealItem } from "../api/types";

/** "Auto 2026-1" is kept as "deal-auto-2026-1.json". */
export function fileName(name: string, ending = "json"): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `deal-${plain || "unnamed"}.${ending}`;
}

/** Saves a deal as a file that can be imported again. */
export async function saveDealFile(
  deal: Pick<DealItem, "id" | "name">,
  format: DealFormat,
): Promise<void> {
  try {
    const answer = await exportDeal(deal.id, format);
    const blob = await answer.blob();
    const name = fileName(deal.name, format === "text" ? "deal" : "json");
    saveBlob(blob, name);
    toast({
      tone: "ok",
      text: `${deal.name} exported`,
      detail: `${name}, ${formatBytes(blob.size)}`,
    });
  } catch (error) {
    const problem = asProblem(error);
    toast({
      tone: "bad",
      text: `${deal.name} was not exported`,
      detail: problem.detail || problem.title,
    });
  }
}

/** The body of an import, and the name the file suggests. */
export interface Imported {
  name: string;
  body: Record<string, unknown>;
}

/** Reads a file with a deal in it: an export, a bare structure, or the text form. */
export function readDealFile(content: string, file: string): Imported {
  const stem = file.replace(/\.[^.]+$/, "");
  if (!content.trimStart().startsWith("{")) {
    const named = content.match(/^\s*deal\s+"([^"]+)"/m)?.[1];
    return { name: named ?? stem, body: { text: content } };
  }
  const read = JSON.parse(content) as Record<string, unknown>;
  const name = typeof read.name === "string" ? read.name : stem;
  return { name, body: "bonds" in read ? { structure: read } : read };
}
