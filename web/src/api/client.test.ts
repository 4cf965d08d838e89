import { beforeEach, describe, expect, it, vi } from "vitest";
import { call, onSession, withQuery } from "./client";
import { csvOf } from "./download";
import { Problem } from "./problem";
import { readEvents } from "./stream";

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });

describe("client", () => {
  const requests: Request[] = [];
  let answers: (() => Response | Promise<Response>)[] = [];
  const ended = vi.fn();
  const renewed = vi.fn();

  beforeEach(() => {
    requests.length = 0;
    answers = [];
    ended.mockClear();
    renewed.mockClear();
    onSession({ ended, renewed });
    // biome-ignore lint/suspicious/noDocumentCookie: the server sets this cookie; the test stands in for it.
    document.cookie = "quintet_csrf=token-1";
    vi.stubGlobal("fetch", async (request: Request) => {
      requests.push(request);
      const next = answers.shift();
      if (next === undefined) {
        throw new Error("unexpected call");
      }
      return next();
    });
  });

  it("sends the CSRF token with unsafe methods only", async () => {
    answers = [() => json(200, {}), () => json(200, {})];
    await call("GET", "/api/jobs");
    await call("POST", "/api/jobs/1/cancel", { body: {} });
    expect(requests[0]?.headers.get("x-csrf-token")).toBeNull();
    expect(requests[1]?.headers.get("x-csrf-token")).toBe("token-1");
    expect(requests[1]?.headers.get("x-quintet-client")).toBe("console");
  });

  it("keeps one client session for the tab", async () => {
    answers = [() => json(200, {}), () => json(200, {})];
    await call("GET", "/a");
    await call("GET", "/b");
    const first = requests[0]?.headers.get("x-client-session");
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(requests[1]?.headers.get("x-client-session")).toBe(first);
  });

  it("renews the session once and repeats the call with its body", async () => {
    answers = [
      () => json(401, { title: "Expired", status: 401 }),
      () => json(200, { expires_in: 900 }),
      () => json(200, { id: "made" }),
    ];
    const made = await call<{ id: string }>("POST", "/api/users", { body: { email: "a@b.c" } });
    expect(made.id).toBe("made");
    expect(requests.map((request) => new URL(request.url).pathname)).toEqual([
      "/api/users",
      "/api/auth/refresh",
      "/api/users",
    ]);
    expect(await requests[2]?.json()).toEqual({ email: "a@b.c" });
    expect(renewed).toHaveBeenCalledWith({ expires_in: 900 });
    expect(ended).not.toHaveBeenCalled();
  });

  it("shares one renewal between calls that fail together", async () => {
    answers = [
      () => json(401, {}),
      () => json(401, {}),
      () => json(200, { expires_in: 900 }),
      () => json(200, {}),
      () => json(200, {}),
    ];
    await Promise.all([call("GET", "/a"), call("GET", "/b")]);
    const renewals = requests.filter((request) => request.url.endsWith("/api/auth/refresh"));
    expect(renewals).toHaveLength(1);
  });

  it("ends the session when renewal is refused", async () => {
    answers = [() => json(401, { title: "Expired", status: 401 }), () => json(401, {})];
    await expect(call("GET", "/a")).rejects.toBeInstanceOf(Problem);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("carries the problem document with its fields", async () => {
    answers = [
      () =>
        json(
          422,
          {
            title: "Refused",
            status: 422,
            code: "rate_out_of_range",
            request_id: "req-1",
            errors: [{ pointer: "/rows/0/rate", code: "range", message: "Must be below 1." }],
          },
          { "retry-after": "3" },
        ),
    ];
    const problem = await call("GET", "/a").catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: "rate_out_of_range", requestId: "req-1", retryAfter: 3 });
    expect((problem as Problem).fieldErrors()).toEqual({ "rows.0.rate": "Must be below 1." });
  });

  it("names a network failure and never throws anything else", async () => {
    answers = [() => Promise.reject(new TypeError("fetch failed"))];
    await expect(call("GET", "/a")).rejects.toMatchObject({ code: "network", status: 0 });
  });

  it("sends the version of the row that is changed", async () => {
    answers = [() => json(200, {})];
    await call("PATCH", "/a", { body: {}, version: 12 });
    expect(requests[0]?.headers.get("if-match")).toBe('"12"');
  });

  it("leaves empty parameters out of the address", () => {
    expect(withQuery("/a", { b: "", c: null, d: 0, e: ["x", "y"] })).toBe("/a?d=0&e=x&e=y");
  });
});

describe("event stream", () => {
  it("joins chunks, reads names and ids, drops keep-alives", async () => {
    const chunks = [
      "id: 7\nevent: job\nda",
      'ta: {"a":1}\n\n: keep\n\n',
      "data: one\ndata: two\n\n",
    ];
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) {
          controller.enqueue(new TextEncoder().encode(chunk));
        }
        controller.close();
      },
    });
    const found = [];
    for await (const event of readEvents(body)) {
      found.push(event);
    }
    expect(found).toEqual([
      { id: "7", name: "job", data: '{"a":1}' },
      { id: null, name: "message", data: "one\ntwo" },
    ]);
  });
});

describe("csv", () => {
  it("quotes what needs quotes and disarms formulas", () => {
    expect(csvOf([["a,b", 'say "x"', "=SUM(A1)", "-5", -5, null]])).toBe(
      '"a,b","say ""x""",\'=SUM(A1),-5,-5,\r\n',
    );
  });
});
