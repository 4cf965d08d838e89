import { useMe } from "@/session/session";

/** Who did something: "you", an address, or the end of the number of somebody else. */
export function usePerson(): (id: string | null) => string {
  const me = useMe();
  return (id) => {
    if (id === null || id === "") {
      return "nobody yet";
    }
    if (id === me?.id) {
      return "you";
    }
    return id.startsWith("user_") ? `person \u2026${id.slice(-5)}` : id;
  };
}
