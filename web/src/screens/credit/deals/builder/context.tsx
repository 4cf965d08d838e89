import { createContext, useContext } from "react";
import type { Deal, Finding } from "../api/structure";
import { messageAt } from "../model/findings";
import { readAt, writeAt } from "../model/pointer";

export interface Building {
  deal: Deal;
  findings: readonly Finding[];
  /** Without the right to change it everything is shown and nothing takes input. */
  locked: boolean;
  edit: (deal: Deal) => void;
  /** The object or step whose form is open. */
  at: string;
  select: (pointer: string) => void;
}

const Context = createContext<Building | null>(null);
export const BuildingProvider = Context.Provider;

export function useBuilding(): Building {
  const building = useContext(Context);
  if (building === null) {
    throw new Error("a part of the builder stands outside of it");
  }
  return building;
}

/** One member of the structure: its value, its error, the way to change it. */
export function useMember<Value>(pointer: string) {
  const { deal, findings, locked, edit } = useBuilding();
  return {
    value: readAt(deal, pointer) as Value | undefined,
    error: messageAt(findings, pointer),
    locked,
    set: (value: Value | undefined) => edit(writeAt(deal, pointer, value)),
  };
}
