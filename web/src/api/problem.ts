import type { ProblemDocument, ProblemField } from "./schema";

/** A failed call, always with something a person can act on. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly fields: ProblemField[];
  /** Seconds until another try makes sense, from `Retry-After`. */
  readonly retryAfter: number | null;
  readonly document: ProblemDocument;

  constructor(document: ProblemDocument, requestId: string | null, retryAfter: number | null) {
    super(document.detail ?? document.title);
    this.name = "Problem";
    this.document = document;
    this.status = document.status;
    this.code = document.code ?? `http_${document.status}`;
    this.title = document.title;
    this.detail = document.detail ?? "";
    this.requestId = document.request_id ?? requestId;
    this.fields = document.errors ?? [];
    this.retryAfter = retryAfter;
  }

  /** Messages by field name: the pointer "/rows/0/rate" belongs to "rows.0.rate". */
  fieldErrors(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const field of this.fields) {
      const name = field.pointer.replace(/^[#/]+/, "").replaceAll("/", ".");
      found[name] ??= field.message;
    }
    return found;
  }
}

/** What a page shows when the network, not the server, failed. */
export function offlineProblem(): Problem {
  return new Problem(
    {
      title: "The server did not answer",
      status: 0,
      code: "network",
      detail: "Nothing was changed. Check the connection, then try again.",
    },
    null,
    null,
  );
}

/** Reads the problem of a failed answer, whatever its body is. */
export async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get("x-request-id");
  const retryAfter = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  let document: ProblemDocument | null = null;
  if (response.headers.get("content-type")?.includes("json")) {
    const body: unknown = await response.json().catch(() => null);
    if (isProblemDocument(body)) {
      document = { ...body, status: body.status ?? response.status };
    }
  }
  document ??= {
    title: titleOf(response.status),
    status: response.status,
    code: `http_${response.status}`,
  };
  return new Problem(document, requestId, Number.isNaN(retryAfter) ? null : retryAfter);
}

function isProblemDocument(body: unknown): body is ProblemDocument {
  return typeof body === "object" && body !== null && "title" in body;
}

function titleOf(status: number): string {
  if (status === 403) {
    return "This account may not do that";
  }
  if (status === 404) {
    return "Not found";
  }
  return status >= 500 ? "The server could not answer" : "The request was refused";
}

/** Any thrown value as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  if (error instanceof TypeError && /fetch|network/i.test(error.message)) {
    return offlineProblem();
  }
  const message = error instanceof Error ? error.message : String(error);
  return new Problem(
    { title: "The console could not show this", status: 0, code: "console_error", detail: message },
    null,
    null,
  );
}
