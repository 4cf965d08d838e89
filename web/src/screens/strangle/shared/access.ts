import { useHasRole } from "@/session/session";

/** Starting, stopping, closing; the kill switch. */
export const useMayTrade = () => useHasRole("operator", "strangle");
/** Guards, the simulator, adopting positions. */
export const useMayManage = () => useHasRole("admin", "strangle");
