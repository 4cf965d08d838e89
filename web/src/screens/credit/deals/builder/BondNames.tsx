import { useBuilding } from "./context";
import { NamesField } from "./NamesField";

/** Bonds one by one or by their group. */
export function BondNames({ at, label, hint }: { at: string; label: string; hint?: string }) {
  const { deal } = useBuilding();
  const groups = deal.bonds.flatMap((bond) => (bond.group ? [bond.group] : []));
  return <NamesField at={at} label={label} section="bonds" also={groups} hint={hint} />;
}
