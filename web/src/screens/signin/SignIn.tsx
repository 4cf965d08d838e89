import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { signIn } from "@/api/platform";
import { asProblem, type Problem } from "@/api/problem";
import { meQuery, uiConfigQuery } from "@/api/queries";
import { formatCountdown, formatInstant } from "@/format/time";
import { Logo } from "@/services/glyphs";
import { runningServices } from "@/services/registry";
import { PasswordForm } from "@/session/PasswordForm";
import { noteSession } from "@/session/session";
import { learnServerTime, useNow } from "@/shell/clock";
import { EnvBadge, LiveFrame } from "@/shell/EnvBadge";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/TextField";
import { useSearchState } from "../search";
import { Art } from "./Art";
import styles from "./SignIn.module.css";

/** The form; the environment is visible before signing in. */
export default function SignIn() {
  const config = useQuery(uiConfigQuery);
  const client = useQueryClient();
  const navigate = useNavigate();
  const now = useNow(1_000);
  const [search] = useSearchState();
  const [forced, setForced] = useState<string | null>(null);
  const signedIn = client.getQueryData(meQuery.queryKey);
  useEffect(() => {
    document.title = "Sign in · Quintet";
    if (config.data) {
      learnServerTime(config.data.server_time);
    }
  }, [config.data]);

  const proceed = async () => {
    await client.invalidateQueries({ queryKey: meQuery.queryKey });
    client.removeQueries({ queryKey: meQuery.queryKey });
    const next = search.next?.startsWith("/") && !search.next.startsWith("//") ? search.next : "/";
    const url = new URL(next, location.origin);
    await navigate({ to: url.pathname, search: Object.fromEntries(url.searchParams) as never });
  };
  const mustChange = forced !== null || signedIn?.must_change_password === true;

  return (
    <div className={styles.page}>
      <main className={styles.left}>
        <div className={styles.brand}>
          <Logo size={22} />
          <span>Quintet</span>
          {config.data ? <EnvBadge mode={config.data.mode} /> : null}
        </div>
        <div className={styles.form}>
          {mustChange ? (
            <>
              <div>
                <h1>Choose a password</h1>
                <p className={styles.lead}>
                  The one-time password ends now. The new one is yours alone.
                </p>
              </div>
              <PasswordForm current={forced ?? undefined} onDone={() => void proceed()} />
            </>
          ) : (
            <>
              <div>
                <h1>Sign in</h1>
                <p className={styles.lead}>
                  {leadOf(config.data && runningServices(config.data).length)}
                </p>
              </div>
              {search.reason === "ended" ? (
                <Banner>Your session ended. Drafts in this tab are kept.</Banner>
              ) : null}
              {config.error ? (
                <Banner tone="bad" title="The server does not answer.">
                  {asProblem(config.error).detail}
                </Banner>
              ) : null}
              <Credentials
                onDone={async (password, mustChangePassword) => {
                  if (mustChangePassword) {
                    setForced(password);
                  } else {
                    await proceed();
                  }
                }}
              />
            </>
          )}
        </div>
        <div className={styles.foot}>
          <span>Quintet {config.data?.version ?? ""}</span>
          <span>{formatInstant(now)}</span>
        </div>
      </main>
      <Art services={runningServices(config.data)} />
      <LiveFrame mode={config.data?.mode ?? ""} />
    </div>
  );
}

function leadOf(services: number | undefined): string {
  const words = ["No", "One", "Two", "Three", "Four", "Five"];
  return services === undefined
    ? "One account for every service."
    : `${words[services] ?? services} ${services === 1 ? "service" : "services"}, one account.`;
}

interface CredentialsProps {
  onDone: (password: string, mustChangePassword: boolean) => Promise<void>;
}

function Credentials({ onDone }: CredentialsProps) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Problem | null>(null);
  const [pausedUntil, setPausedUntil] = useState<number | null>(null);
  const left = usePause(pausedUntil);
  const paused = left > 0;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (email.trim() === "" || password === "" || paused) {
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      const session = await signIn(email.trim(), password);
      noteSession(session);
      await onDone(password, session.must_change_password === true);
    } catch (error) {
      const problem = asProblem(error);
      setFailure(problem);
      setPassword("");
      if (problem.retryAfter !== null && (problem.status === 429 || problem.status === 423)) {
        setPausedUntil(Date.now() + problem.retryAfter * 1_000);
      }
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className={styles.inner} onSubmit={submit}>
      {paused ? (
        <Banner tone="bad" title="Sign-in is paused.">
          Too many tries. The next one is possible in {formatCountdown(left)}.
        </Banner>
      ) : failure ? (
        <Banner
          tone="bad"
          title={failure.status === 401 ? "Email or password is not right." : failure.title}
        >
          {failure.status === 401 ? triesLeft(failure) : failure.detail}
        </Banner>
      ) : null}
      <TextField
        label="Email"
        type="text"
        name="username"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        autoFocus
      />
      <TextField
        label="Password"
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <Button kind="primary" type="submit" isPending={busy} isDisabled={paused}>
        Sign in
      </Button>
    </form>
  );
}

/** Milliseconds until sign-in is possible again. */
function usePause(until: number | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (until === null) {
      return;
    }
    const tick = () => setLeft(Math.max(0, until - Date.now()));
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}

function triesLeft(problem: Problem): string | null {
  const left = problem.document.attempts_left;
  return typeof left === "number"
    ? `${left} ${left === 1 ? "try" : "tries"} left, then sign-in pauses.`
    : null;
}
