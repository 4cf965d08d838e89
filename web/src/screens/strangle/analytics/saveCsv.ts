/** A CSV from the server to disk, under the name that the server gives it. */
import { saveBlob } from "@/api/download";
import { asProblem } from "@/api/problem";
import { formatBytes } from "@/format/numbers";
import { toast } from "@/ui/toasts";

/** The name in a `content-disposition`, or the other one. */
export function fileNameOf(header: string | null, otherwise: string): string {
  return header?.match(/filename="?([^";]+)"?/)?.[1] ?? otherwise;
}

/** "trading-sessions-20260618T071218Z.csv" when the server says no name. */
export const stamp = (at: Date): string => at.toISOString().slice(0, 19).replace(/[-:]/g, "");

/** Saves what the server sends and says so; a failure says what to do. */
export async function saveCsv(
  what: string,
  ask: () => Promise<Response>,
  otherwise: string,
): Promise<void> {
  try {
    const response = await ask();
    const blob = await response.blob();
    const name = fileNameOf(response.headers.get("content-disposition"), otherwise);
    saveBlob(blob, name);
    toast({ tone: "ok", text: `${what} exported`, detail: `${name}, ${formatBytes(blob.size)}` });
  } catch (error) {
    const problem = asProblem(error);
    toast({
      tone: "bad",
      text: `${what} not exported`,
      detail: problem.detail || `${problem.title}. Try again.`,
    });
  }
}
