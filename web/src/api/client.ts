/**
 * The one door to the server. Adds the client session, the console header and the CSRF token,
 * renews the session once on 401, and turns every failure into a `Problem`.
 */
import { offlineProblem, type Problem, problemOf } from "./problem";
import type { Session } from "./schema";

const UNSAFE = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const SESSION_KEY = "quintet.client-session";

export type Query = Record<string, string | number | boolean | null | undefined | string[]>;

export interface CallOptions {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  /** The version of the row that is changed; sent as `If-Match`. */
  version?: number | string;
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** False for the calls that make a session: a 401 is then an answer, not an end. */
  renew?: boolean;
}

/** Hears when the session is over; the session store registers it. */
type SessionListener = {
  renewed: (session: Session) => void;
  ended: () => void;
};
let listener: SessionListener | null = null;

export function onSession(next: SessionListener): void {
  listener = next;
}

/** One id per browser tab; the server writes it on every log line. */
export function clientSession(): string {
  let id = sessionStorage.getItem(SESSION_KEY);
  if (id === null) {
    id = crypto.randomUUID();
    sessionStorage.setItem(SESSION_KEY, id);
  }
  return id;
}

export function csrfToken(): string | null {
  const found = document.cookie.match(/(?:^|;\s*)quintet_csrf=([^;]+)/);
  return found?.[1] === undefined ? null : decodeURIComponent(found[1]);
}

export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      for (const one of value) {
        params.append(name, one);
      }
    } else if (value !== undefined && value !== null && value !== "") {
      params.set(name, String(value));
    }
  }
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** `fetch` with our headers; used directly for downloads and streams and by the typed client. */
export async function guardedFetch(request: Request, renew = true): Promise<Response> {
  const spare = renew ? request.clone() : null;
  const response = await send(request);
  if (response.status !== 401 || spare === null) {
    return response;
  }
  if (await renewSession()) {
    return send(spare);
  }
  listener?.ended();
  return response;
}

async function send(request: Request): Promise<Response> {
  request.headers.set("X-Client-Session", clientSession());
  request.headers.set("X-Quintet-Client", "console");
  const token = csrfToken();
  if (UNSAFE.has(request.method) && token !== null) {
    request.headers.set("X-CSRF-Token", token);
  }
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") {
      throw error;
    }
    throw offlineProblem();
  }
}

let renewal: Promise<boolean> | null = null;

/** Rotates the refresh cookie; calls that fail together share one renewal. */
export function renewSession(): Promise<boolean> {
  renewal ??= (async () => {
    try {
      const url = new URL("/api/auth/refresh", location.origin);
      const response = await send(
        new Request(url, {
          method: "POST",
          credentials: "same-origin",
          headers: { "Content-Type": "application/json" },
          body: "{}",
        }),
      );
      if (!response.ok) {
        return false;
      }
      listener?.renewed((await response.json()) as Session);
      return true;
    } catch {
      return false;
    } finally {
      renewal = null;
    }
  })();
  return renewal;
}

/** Calls a route and reads its JSON; throws a `Problem`. */
export async function call<Answer = void>(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const response = await callRaw(method, path, options);
  if (response.status === 204 || response.headers.get("content-length") === "0") {
    return undefined as Answer;
  }
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as Answer;
}

/** The same without reading the body. */
export async function callRaw(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Response> {
  const headers = new Headers({ Accept: "application/json", ...options.headers });
  let body: BodyInit | undefined;
  if (options.body instanceof Blob || options.body instanceof FormData) {
    body = options.body;
  } else if (options.body !== undefined) {
    headers.set("Content-Type", "application/json");
    body = JSON.stringify(options.body);
  }
  if (options.version !== undefined) {
    headers.set("If-Match", `"${options.version}"`);
  }
  if (options.idempotencyKey !== undefined) {
    headers.set("Idempotency-Key", options.idempotencyKey);
  }
  const url = new URL(withQuery(path, options.query), location.origin);
  const request = new Request(url, {
    method,
    headers,
    body,
    signal: options.signal,
    credentials: "same-origin",
  });
  const response = await guardedFetch(request, options.renew ?? true);
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response;
}

export type { Problem };
