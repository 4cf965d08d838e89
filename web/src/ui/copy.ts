import { toast } from "./toasts";

/** Copies and says so. */
export async function copyText(text: string, what = "Copied"): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ tone: "ok", text: what });
  } catch {
    toast({ tone: "bad", text: "The browser did not allow copying", detail: text.slice(0, 120) });
  }
}
