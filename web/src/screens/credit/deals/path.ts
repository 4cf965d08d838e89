/** The page of a deal. */
export const dealPath = (id: string) => `/credit/deals/${encodeURIComponent(id)}`;
