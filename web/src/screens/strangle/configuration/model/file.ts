/** The file a profile is exported to. */
import type { ProfileFields } from "../../api/records";

const FORMAT = "strangle-profile/1";

export interface ReadFile {
  format: string;
  profile: Partial<ProfileFields> & { name: string };
}

/** The profile of a file, or what is wrong with it and the way out. */
export function readProfileFile(text: string): ReadFile | string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return "It is not JSON. Choose a file that Export JSON has written.";
  }
  if (typeof body !== "object" || body === null || !("format" in body)) {
    return `It has no format. A profile file says "format": "${FORMAT}".`;
  }
  if (body.format !== FORMAT) {
    return `Its format is ${JSON.stringify(body.format)}; only ${FORMAT} can be read.`;
  }
  const profile = "profile" in body ? body.profile : null;
  if (typeof profile !== "object" || profile === null || Array.isArray(profile)) {
    return "It holds no profile.";
  }
  const name = "name" in profile && typeof profile.name === "string" ? profile.name : "";
  return { format: FORMAT, profile: { ...profile, name } };
}
