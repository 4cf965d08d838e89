import { useQuery } from "@tanstack/react-query";
import { CrosshairProvider } from "@/charts/crosshair";
import { useSearchState } from "@/screens/search";
import { cx } from "@/ui/cx";
import { ErrorPanel, Skeleton } from "@/ui/States";
import { profilesQuery } from "../api/queries";
import { useDesk, useStaleAge } from "../api/stream";
import type { Runtime } from "../api/types";
import { useMayTrade } from "../shared/access";
import { StranglePage } from "../shared/StranglePage";
import { DeskBanners } from "./DeskBanners";
import { DeskActs, DeskHead } from "./DeskHead";
import { EntryCard } from "./EntryCard";
import { EventFeed } from "./EventFeed";
import { Hero } from "./Hero";
import { LastSessions } from "./LastSessions";
import { LegCard } from "./LegCard";
import styles from "./Live.module.css";
import { PathPanel } from "./PathPanel";
import { PayoffPanel } from "./PayoffPanel";
import { Preview } from "./Preview";
import { ClosedCard, GuardCard, SpotCard, TimeCard } from "./Rail";
import { StartPanel } from "./StartPanel";
import { strangleOf } from "./strangle";
import { UnresolvedHero } from "./UnresolvedHero";
import { usePath } from "./usePath";
import { WaitHero } from "./WaitHero";

/** The desk now: result against its limits, payoff, path, legs, and the acts. */
export default function LiveControl() {
  const desk = useDesk();
  const mayTrade = useMayTrade();
  const runtime = desk.data;
  return (
    <StranglePage fill>
      <div className={styles.firm}>
        <DeskHead runtime={runtime} mayTrade={mayTrade} />
        {runtime === undefined ? null : <DeskBanners runtime={runtime} />}
      </div>
      {runtime !== undefined ? (
        <Desk runtime={runtime} receivedAt={desk.dataUpdatedAt} mayTrade={mayTrade} />
      ) : desk.error ? (
        <ErrorPanel
          what="The desk could not be read"
          error={desk.error}
          onRetry={() => void desk.refetch()}
        />
      ) : (
        <DeskBones />
      )}
      <DeskActs runtime={runtime} mayTrade={mayTrade} phone />
    </StranglePage>
  );
}

interface DeskProps {
  runtime: Runtime;
  receivedAt: number;
  mayTrade: boolean;
}

function Desk({ runtime, receivedAt, mayTrade }: DeskProps) {
  const stale = useStaleAge(runtime) !== null;
  const path = usePath(runtime);
  const ended = runtime.status === "idle" || runtime.status === "cooldown";
  return (
    <CrosshairProvider>
      <div className={styles.layout}>
        <div className={styles.main}>
          <Top runtime={runtime} receivedAt={receivedAt} mayTrade={mayTrade} stale={stale} />
          {ended ? (
            <Ready runtime={runtime} mayTrade={mayTrade} />
          ) : (
            <Running runtime={runtime} mayTrade={mayTrade} path={path} />
          )}
        </div>
        <aside className={styles.rail} aria-label="Time, index, guards and events">
          {runtime.status === "cooldown" ? (
            <ClosedCard runtime={runtime} />
          ) : measured(runtime) ? (
            <TimeCard runtime={runtime} receivedAt={receivedAt} />
          ) : null}
          <SpotCard runtime={runtime} receivedAt={receivedAt} samples={path.samples} />
          <GuardCard runtime={runtime} />
          <EventFeed session={runtime.session_id} />
        </aside>
      </div>
    </CrosshairProvider>
  );
}

/** Whether something was sold, so that there is a result. */
const measured = (runtime: Runtime) =>
  runtime.positions.some((position) => position.entry_price !== null);

/** The one thing a person may have to act on. */
function Top({ runtime, receivedAt, mayTrade, stale }: DeskProps & { stale: boolean }) {
  if (runtime.state === "unresolved") {
    return <UnresolvedHero runtime={runtime} mayTrade={mayTrade} />;
  }
  if (measured(runtime)) {
    return <Hero runtime={runtime} stale={stale} />;
  }
  return runtime.active ? <WaitHero runtime={runtime} receivedAt={receivedAt} /> : null;
}

function Running({
  runtime,
  mayTrade,
  path,
}: {
  runtime: Runtime;
  mayTrade: boolean;
  path: ReturnType<typeof usePath>;
}) {
  const profiles = useQuery(profilesQuery).data?.items ?? [];
  const drawn = strangleOf(runtime) !== null;
  const legs = runtime.positions;
  return (
    <>
      {drawn ? (
        <div className={styles.charts}>
          <PayoffPanel runtime={runtime} />
          <PathPanel
            runtime={runtime}
            samples={path.samples}
            error={path.query.error}
            onRetry={() => void path.query.refetch()}
          />
        </div>
      ) : (
        <Preview
          profile={profiles.find((profile) => profile.id === runtime.config?.id) ?? profiles[0]}
        />
      )}
      {legs.length === 0 && runtime.entry.legs.length === 0 ? null : (
        <div className={styles.legs}>
          {legs.map((position) => (
            <LegCard
              key={position.leg_id}
              position={position}
              runtime={runtime}
              mayTrade={mayTrade}
            />
          ))}
          {runtime.entry.legs.length === 0 ? null : (
            <EntryCard entry={runtime.entry} runtime={runtime} />
          )}
        </div>
      )}
    </>
  );
}

function Ready({ runtime, mayTrade }: { runtime: Runtime; mayTrade: boolean }) {
  const query = useQuery(profilesQuery);
  const [search, setSearch] = useSearchState();
  if (query.data === undefined) {
    return query.error ? (
      <ErrorPanel
        what="Profiles could not be loaded"
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    ) : (
      <Skeleton rows={5} />
    );
  }
  const profiles = query.data.items;
  const chosen =
    profiles.find((profile) => profile.id === search.profile) ??
    profiles.find((profile) => profile.is_active) ??
    profiles[0];
  return (
    <div className={styles.ready}>
      <div className={styles.column}>
        <StartPanel
          runtime={runtime}
          profiles={profiles}
          chosen={chosen}
          onChoose={(id) => setSearch({ profile: id })}
          mayTrade={mayTrade}
        />
        <LastSessions />
      </div>
      <Preview profile={chosen} />
    </div>
  );
}

/** Bones in the layout of the desk. */
function DeskBones() {
  const box = cx(styles.bone);
  return (
    <div className={styles.layout}>
      <div className={styles.main}>
        <div className={box}>
          <Skeleton rows={4} />
        </div>
        <div className={styles.charts}>
          <div className={box}>
            <Skeleton rows={2} chart />
          </div>
          <div className={box}>
            <Skeleton rows={2} chart />
          </div>
        </div>
        <div className={styles.legs}>
          <div className={box}>
            <Skeleton rows={4} />
          </div>
          <div className={box}>
            <Skeleton rows={4} />
          </div>
        </div>
      </div>
      <div className={cx(styles.rail, styles.bone)}>
        <Skeleton rows={12} />
      </div>
    </div>
  );
}
