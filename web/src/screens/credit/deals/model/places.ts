/** The places of the log: "amortizing/5", "amortizing/5/then/1", "trigger/2/1". */
import type { Deal, Step } from "../api/structure";
import { pointerOf, readAt } from "./pointer";

/** The pointer of the step that a place names; null when the deal has no such step. */
export function pointerOfPlace(deal: Deal, place: string): string | null {
  const [first = "", ...rest] = place.split("/");
  const start =
    first === "trigger"
      ? triggerList(deal, rest)
      : {
          list: deal.waterfalls.findIndex((one) => one.status === first),
          parts: rest,
          trigger: false as const,
        };
  if (start === null || start.list < 0) {
    return null;
  }
  let pointer = start.trigger
    ? pointerOf(["triggers", start.list, "effects", start.effect, "steps"])
    : pointerOf(["waterfalls", start.list, "steps"]);
  for (const part of start.parts) {
    pointer += /^\d+$/.test(part) ? `/${Number(part) - 1}` : `/action/${part}`;
  }
  return readAt(deal, pointer) === undefined ? null : pointer;
}

function triggerList(deal: Deal, [position = "", ...parts]: string[]) {
  const list = Number(position) - 1;
  const effect = deal.triggers?.[list]?.effects?.findIndex((one) => one.type === "steps") ?? -1;
  return effect < 0 ? null : { list, parts, trigger: true as const, effect };
}

export function stepAtPlace(deal: Deal, place: string): Step | null {
  const pointer = pointerOfPlace(deal, place);
  return pointer === null ? null : ((readAt(deal, pointer) as Step | undefined) ?? null);
}
