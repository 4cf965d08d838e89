/** The work of the wizard: look at the file, import it, import it again with other decisions. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import type { Job } from "@/api/schema";
import { deletePool, resolveTapeIssues } from "../api/calls";
import { POOLS_KEY, poolQuery } from "../api/queries";
import type { Accepted, Mapping, Pool, TapePreview, TapeResolution, TapeView } from "../api/types";
import { upload } from "../api/upload";

/** The beginning of a CSV file is enough for headings and samples. */
const HEAD_BYTES = 512 * 1024;

export interface Work {
  text: string;
  /** Bytes on the way; null when the server alone works. */
  sent: number;
  total: number;
}

export interface Tape {
  file: File | null;
  preview: TapePreview | null;
  mapping: Mapping | null;
}

const NOTHING: Tape = { file: null, preview: null, mapping: null };

/** `replaced` is the pool that gets the tape as a new version; null makes a new pool. */
export function useTape(replaced: Pool | null, onImported: (poolId: string) => void) {
  const client = useQueryClient();
  const [tape, setTape] = useState<Tape>(NOTHING);
  const [work, setWork] = useState<Work | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);

  const attempt = async <Answer>(
    text: string,
    total: number,
    act: (signal: AbortSignal, onSent: (sent: number) => void) => Promise<Answer>,
  ): Promise<Answer | null> => {
    stop.current = new AbortController();
    setFailure(null);
    setWork({ text, sent: 0, total });
    try {
      return await act(stop.current.signal, (sent) => setWork({ text, sent, total }));
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) {
        setFailure(error);
      }
      return null;
    } finally {
      setWork(null);
    }
  };

  const target = replaced === null ? "/api/v1/pools/tape" : `/api/v1/pools/${replaced.id}/tape`;

  const look = async (file: File) => {
    setTape({ ...NOTHING, file });
    const csv = /\.(csv|txt|tsv)$/i.test(file.name);
    const body = csv ? file.slice(0, HEAD_BYTES) : file;
    const preview = await attempt(`Reading ${file.name}`, body.size, (signal, onSent) =>
      upload<TapePreview>(target, {
        query: { preview: true, file_name: file.name },
        version: replaced?.version,
        body,
        signal,
        onSent,
      }),
    );
    if (preview !== null) {
      setTape({ file, preview, mapping: preview.mapping });
    }
  };

  const take = async (answer: TapeView | Accepted | null) => {
    if (answer === null) {
      return;
    }
    if ("job_id" in answer) {
      setJobId(answer.job_id);
      return;
    }
    client.setQueryData(poolQuery(answer.pool.id).queryKey, answer.pool);
    setTape((before) => ({ ...before, mapping: answer.mapping }));
    await client.invalidateQueries({ queryKey: [...POOLS_KEY, "list"] });
    onImported(answer.pool.id);
  };

  /** Imports the file; rows that do not fit are left out and listed. */
  const importFile = async (mapping: Mapping) => {
    const { file } = tape;
    if (file === null) {
      return;
    }
    setTape({ ...tape, mapping });
    await take(
      await attempt(`Importing ${file.name}`, file.size, (signal, onSent) =>
        upload<TapeView | Accepted>(target, {
          query: {
            file_name: file.name,
            mapping: JSON.stringify(mapping),
            on_invalid: "skip",
            currency: replaced === null ? "USD" : undefined,
          },
          version: replaced?.version,
          body: file,
          signal,
          onSent,
        }),
      ),
    );
  };

  /** Imports the stored tape again. */
  const resolve = async (pool: Pool, decision: TapeResolution) => {
    await take(
      await attempt("Checking the tape again", 0, () =>
        resolveTapeIssues(pool.id, pool.version, decision),
      ),
    );
  };

  const endJob = async (job: Job, poolId: string | null) => {
    setJobId(null);
    if (job.state === "succeeded" && poolId !== null) {
      await client.invalidateQueries({ queryKey: POOLS_KEY });
      onImported(poolId);
    } else if (job.state === "failed") {
      setFailure(new Error(job.error?.message ?? "The import failed. Nothing was changed."));
    }
  };

  /** Forgets a new pool that nobody wants. */
  const discard = async (pool: Pool) => {
    try {
      await deletePool(pool.id, pool.version);
      await client.invalidateQueries({ queryKey: [...POOLS_KEY, "list"] });
      return true;
    } catch (error) {
      setFailure(asProblem(error));
      return false;
    }
  };

  return {
    tape,
    work,
    jobId,
    failure,
    look,
    importFile,
    resolve,
    endJob,
    discard,
    cancel: () => stop.current?.abort(),
    setMapping: (mapping: Mapping) => setTape((before) => ({ ...before, mapping })),
    forget: () => {
      setTape(NOTHING);
      setFailure(null);
    },
  };
}

export type TapeWork = ReturnType<typeof useTape>;

/** The pool that a job fills, from where it says its result will be. */
export function poolOfJob(job: Job): string | null {
  const found = /\/pools\/([^/?]+)/.exec(job.result_url ?? "");
  return found?.[1] === undefined ? null : decodeURIComponent(found[1]);
}
