/** The states of every screen: loading, empty, error, no permission, stale. */
import { Clock, Copy, Inbox, Lock, RefreshCw, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { asProblem, type Problem } from "@/api/problem";
import { useHasRole } from "@/session/session";
import { Button, IconButton, LinkButton } from "./Button";
import { copyText } from "./copy";
import { cx } from "./cx";
import { Chip } from "./Marks";
import styles from "./States.module.css";

/** Nothing for 200 ms, then bones in the layout of the data, after 5 s words and a way out. */
export function Skeleton({
  rows = 5,
  chart,
  onCancel,
}: {
  rows?: number;
  chart?: boolean;
  onCancel?: () => void;
}) {
  const [phase, setPhase] = useState<"wait" | "bones" | "late">("wait");
  useEffect(() => {
    const soon = setTimeout(() => setPhase("bones"), 200);
    const late = setTimeout(() => setPhase("late"), 5_000);
    return () => {
      clearTimeout(soon);
      clearTimeout(late);
    };
  }, []);
  if (phase === "wait") {
    return <div className={styles.skeleton} aria-busy="true" />;
  }
  const widths = Array.from({ length: rows }, (_, row) => `${92 - ((row * 17) % 40)}%`);
  return (
    <div className={styles.skeleton} role="status" aria-busy="true" aria-label="Loading">
      {chart ? <div className={styles.bone} style={{ height: 92 }} /> : null}
      {widths.map((width, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bones have no identity
        <div key={row} className={styles.bone} style={{ width }} />
      ))}
      {phase === "late" ? (
        <div className={styles.late}>
          Still loading
          {onCancel ? (
            <Button small onPress={onCancel}>
              Cancel
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

export interface EmptyProps {
  title: string;
  /** One sentence: what belongs here. */
  children?: ReactNode;
  /** The glyph of the service. */
  glyph?: ReactNode;
  /** One primary next step, at most one other. */
  actions?: ReactNode;
}

/** What belongs here and the next step. */
export function Empty({ title, children, glyph, actions }: EmptyProps) {
  return (
    <div className={styles.centre}>
      <div className={styles.glyph}>{glyph ?? <Inbox aria-hidden />}</div>
      <h3>{title}</h3>
      {children ? <p>{children}</p> : null}
      {actions ? <div className={styles.acts}>{actions}</div> : null}
    </div>
  );
}

/** What failed, what did not change, what to do; code and request id with copy. */
export function ErrorPanel({
  what,
  error,
  onRetry,
}: {
  /** "Jobs could not be loaded". */
  what: string;
  error: unknown;
  onRetry?: () => void;
}) {
  const problem = asProblem(error);
  const mayReadLogs = useHasRole("viewer");
  if (problem.status === 403) {
    return <NoPermission problem={problem} />;
  }
  return (
    <div className={styles.centre} role="alert">
      <div className={cx(styles.glyph, styles.bad)}>
        <TriangleAlert aria-hidden />
      </div>
      <h3>{what}</h3>
      <p>{problem.detail || `${problem.title}. Nothing was changed.`}</p>
      <dl className={styles.code}>
        <dt>code</dt>
        <dd>{problem.code}</dd>
        {problem.requestId ? (
          <>
            <dt>request</dt>
            <dd>{problem.requestId}</dd>
            <dd className={styles.copy}>
              <IconButton
                label="Copy code and request id"
                small
                onPress={() => copyText(`${problem.code} ${problem.requestId}`)}
              >
                <Copy size={14} />
              </IconButton>
            </dd>
          </>
        ) : null}
      </dl>
      <div className={styles.acts}>
        {onRetry ? (
          <Button kind="primary" icon={<RefreshCw size={14} />} onPress={onRetry}>
            Try again
          </Button>
        ) : null}
        {problem.requestId && mayReadLogs ? (
          <LinkButton to="/logs" search={{ request: problem.requestId, range: "24h" }}>
            Open in logs
          </LinkButton>
        ) : null}
      </div>
    </div>
  );
}

/** Which right is missing and who can give it. */
export function NoPermission({
  need,
  what,
  problem,
}: {
  /** The role that is needed, for instance "admin". */
  need?: string;
  /** "manage accounts". */
  what?: string;
  problem?: Problem;
}) {
  return (
    <div className={styles.centre}>
      <div className={styles.glyph}>
        <Lock aria-hidden />
      </div>
      <h3>{what ? `This account may not ${what}` : "This account may not see that"}</h3>
      <p>
        {need ? (
          <>
            This needs the role <code>{need}</code>. An administrator can grant it.
          </>
        ) : (
          problem?.detail || "An administrator can grant the role that is needed."
        )}
      </p>
      <div className={styles.acts}>
        <LinkButton to="/">Back to Home</LinkButton>
      </div>
    </div>
  );
}

/** "stale, 48 s": the figure stays, its age is said. */
export function StaleChip({ age }: { age: string }) {
  return (
    <Chip tone="warn" icon={<Clock aria-hidden />}>
      stale, {age}
    </Chip>
  );
}

interface QueryLike<Data> {
  data: Data | undefined;
  error: unknown;
  isPending: boolean;
  isFetching?: boolean;
  refetch: () => unknown;
}

/** Skeleton, error or content of one query; a refresh keeps the old data. */
export function Loaded<Data>({
  query,
  what,
  skeleton,
  children,
}: {
  query: QueryLike<Data>;
  /** "Jobs": becomes "Jobs could not be loaded". */
  what: string;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) {
    return <>{children(query.data)}</>;
  }
  if (query.error) {
    return (
      <ErrorPanel
        what={`${what} could not be loaded`}
        error={query.error}
        onRetry={() => query.refetch()}
      />
    );
  }
  return skeleton ?? <Skeleton />;
}
