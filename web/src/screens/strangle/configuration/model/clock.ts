/** Times of day in IST with their twin in UTC, and dates as the server writes them. */

const IST_AHEAD = 330;
const DAY = 1_440;

/** Minutes after midnight of "09:30"; also reads "9:30", "930", "0930", "9.30". */
export function parseTime(text: string): number | null {
  const found = text.trim().match(/^(\d{1,2})[:.\s]?(\d{2})$/);
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2])];
  return found === null || hour > 23 || minute > 59 ? null : hour * 60 + minute;
}

/** "09:30". */
export function timeText(minutes: number): string {
  const within = ((minutes % DAY) + DAY) % DAY;
  const pad = (value: number) => value.toString().padStart(2, "0");
  return `${pad(Math.floor(within / 60))}:${pad(within % 60)}`;
}

/** "04:00 UTC"; before 05:30 IST it is the day before. */
export function utcText(ist: string): string {
  const minutes = parseTime(ist);
  if (minutes === null) {
    return "";
  }
  return `${timeText(minutes - IST_AHEAD)} UTC${minutes < IST_AHEAD ? ", the day before" : ""}`;
}

/** How long a session lasts: an exit before the entry is on the next day. */
export function sessionMinutes(entry: string, exit: string): number | null {
  const [from, to] = [parseTime(entry), parseTime(exit)];
  if (from === null || to === null || from === to) {
    return null;
  }
  return to > from ? to - from : to - from + DAY;
}

/** The server keeps DD-MM-YYYY, fields use ISO. */
export function isoOfExpiry(text: string | null): string | null {
  const found = text?.match(/^(\d{2})-(\d{2})-(\d{4})$/);
  if (found) {
    return `${found[3]}-${found[2]}-${found[1]}`;
  }
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : null;
}

export function expiryOfIso(iso: string | null): string | null {
  const found = iso?.match(/^(\d{4})-(\d{2})-(\d{2})$/);
  return found ? `${found[3]}-${found[2]}-${found[1]}` : null;
}

/** Minutes of "window:30"; null for the other policies. */
export function windowOf(policy: string): number | null {
  const found = policy.match(/^window:(\d+)$/);
  return found ? Number(found[1]) : null;
}
