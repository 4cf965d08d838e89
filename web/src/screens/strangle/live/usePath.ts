import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { eventsQuery } from "../api/events";
import { sessionPathQuery } from "../api/queries";
import type { Runtime } from "../api/types";
import { levelSteps } from "../model/events";
import { extend, joined, type PathSample, sampleOf, samplesOf } from "../model/path";

/** The path of the open session: what the server kept and what the stream brought since. */
export function usePath(runtime: Runtime | undefined) {
  const session = runtime?.session_id ?? null;
  const query = useQuery({
    ...sessionPathQuery(session ?? ""),
    enabled: session !== null,
    refetchInterval: 60_000,
  });
  const events = useQuery({ ...eventsQuery(session ?? 0), enabled: session !== null }).data;
  const steps = useMemo(() => levelSteps(events ?? []), [events]);
  const [tail, setTail] = useState<{ session: number | null; samples: PathSample[] }>({
    session: null,
    samples: [],
  });
  useEffect(() => {
    const sample = runtime === undefined ? null : sampleOf(runtime);
    if (sample !== null) {
      setTail((before) => ({
        session,
        samples: extend(before.session === session ? before.samples : [], sample),
      }));
    }
  }, [runtime, session]);
  const basis = runtime?.totals.basis || null;
  const base = useMemo(
    () => samplesOf(query.data?.points ?? [], basis, steps),
    [query.data, basis, steps],
  );
  const samples = useMemo(
    () => joined(base, tail.session === session ? tail.samples : []),
    [base, tail, session],
  );
  return { samples, query };
}
