import { callRaw, type Query } from "./client";

/** Streams a file to disk; the answer is its size. The name comes from the server when it says one. */
export async function download(path: string, query: Query, fallbackName: string): Promise<number> {
  const response = await callRaw("GET", path, { query, headers: { Accept: "*/*" } });
  const blob = await response.blob();
  const named = response.headers.get("content-disposition")?.match(/filename="?([^";]+)"?/);
  saveBlob(blob, named?.[1] ?? fallbackName);
  return blob.size;
}

/** Hands a blob to the browser as a file. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** RFC 4180; a leading formula sign is disarmed for spreadsheets. */
export function csvOf(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return rows
    .map((row) => row.map(csvCell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

function csvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) {
    return "";
  }
  if (typeof value === "number") {
    return String(value);
  }
  const text = /^[=+@\t\r]/.test(value) || /^-(?![\d.])/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
