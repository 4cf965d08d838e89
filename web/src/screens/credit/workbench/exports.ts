/** Saving results as files, with a note when they are there. */
import { asProblem } from "@/api/problem";
import { formatBytes } from "@/format/numbers";
import { toast } from "@/ui/toasts";
import { exportAnalysis, exportRun, type FileFormat } from "../api/calls";
import type { AnalysisRequest, Run } from "../api/types";

export const FORMATS: readonly (readonly [FileFormat, string])[] = [
  ["csv", "CSV"],
  ["xlsx", "XLSX"],
  ["parquet", "Parquet"],
  ["json", "JSON"],
];

async function told(name: string, act: () => Promise<number>): Promise<void> {
  try {
    const size = await act();
    toast({ tone: "ok", text: `${name} exported`, detail: formatBytes(size) });
  } catch (error) {
    const problem = asProblem(error);
    toast({
      tone: "bad",
      text: `${name} was not exported`,
      detail: problem.detail || problem.title,
    });
  }
}

export const saveRun = (run: Pick<Run, "id" | "name">, format: FileFormat) =>
  told(`Run ${run.name}`, () => exportRun(run.id, format, run.name));

export const saveShown = (request: AnalysisRequest, format: FileFormat, name: string) =>
  told("Cash flows", () => exportAnalysis(request, format, name));
