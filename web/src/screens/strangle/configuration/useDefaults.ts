/** What a new profile starts with: the server's word, and until it is heard the product's own. */
import { useQuery } from "@tanstack/react-query";
import { profileDefaultsQuery } from "../api/queries";
import type { ProfileFields } from "../api/records";
import { DEFAULTS, fieldsOf } from "./model/fields";

export function useDefaults(): ProfileFields {
  const { data } = useQuery({ ...profileDefaultsQuery, select: fieldsOf });
  return data ?? DEFAULTS;
}
