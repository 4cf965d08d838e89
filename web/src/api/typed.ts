/**
 * A client typed by a schema that `openapi-typescript` generated:
 * `const api = typedClient<paths>()`, then `await answer(api.GET("/api/jobs", {…}))`.
 */
import createClient from "openapi-fetch";
import { guardedFetch } from "./client";
import { problemOf } from "./problem";

export function typedClient<Paths extends object>() {
  return createClient<Paths>({
    baseUrl: location.origin,
    fetch: (request) => guardedFetch(request),
    credentials: "same-origin",
  });
}

/** The data of a typed call, or its `Problem` thrown. */
export async function answer<Data>(
  pending: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await pending;
  if (response.ok) {
    return data as Data;
  }
  const body = typeof error === "string" ? error : JSON.stringify(error ?? {});
  throw await problemOf(new Response(body, { status: response.status, headers: response.headers }));
}
