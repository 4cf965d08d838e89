/**
 * Sends a file with progress, which `fetch` cannot tell. Otherwise as the client does: console
 * header, CSRF token, one renewal of the session, failures as problems.
 */
import { clientSession, csrfToken, type Query, renewSession, withQuery } from "@/api/client";
import { offlineProblem, problemOf } from "@/api/problem";

export interface UploadOptions {
  query: Query;
  body: Blob;
  version?: number;
  signal: AbortSignal;
  /** Bytes sent so far; all of them are sent while the server works. */
  onSent: (bytes: number) => void;
}

/** Sends the bytes and reads the JSON of the answer. */
export async function upload<Answer>(path: string, options: UploadOptions): Promise<Answer> {
  let answer = await send(path, options);
  if (answer.status === 401 && (await renewSession())) {
    answer = await send(path, options);
  }
  if (!answer.ok) {
    throw await problemOf(answer);
  }
  return (await answer.json()) as Answer;
}

function send(path: string, options: UploadOptions): Promise<Response> {
  const { query, body, version, signal, onSent } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", withQuery(path, query));
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-Client-Session", clientSession());
    request.setRequestHeader("X-Quintet-Client", "console");
    const token = csrfToken();
    if (token !== null) {
      request.setRequestHeader("X-CSRF-Token", token);
    }
    if (version !== undefined) {
      request.setRequestHeader("If-Match", `"${version}"`);
    }
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => resolve(responseOf(request));
    request.onerror = () => reject(offlineProblem());
    request.onabort = () => reject(new DOMException("The upload was cancelled", "AbortError"));
    const abort = () => request.abort();
    signal.addEventListener("abort", abort, { once: true });
    request.onloadend = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) {
      reject(new DOMException("The upload was cancelled", "AbortError"));
    } else {
      request.send(body);
    }
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split(/\r?\n/)) {
    const at = line.indexOf(":");
    if (at > 0) {
      headers.append(line.slice(0, at).trim(), line.slice(at + 1).trim());
    }
  }
  const empty = request.status === 204 || request.status === 304;
  return new Response(empty ? null : request.responseText, { status: request.status, headers });
}
