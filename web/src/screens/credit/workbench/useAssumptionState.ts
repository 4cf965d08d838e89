import { useEffect, useRef, useState } from "react";
import { useSearchState } from "../../search";
import { type Address, fromAddress, saysAssumptions, toAddress } from "../model/address";
import { type Assumptions, classAssumptions } from "../model/assumptions";

const WRITE_MS = 350;

/** The assumptions of the panel; the address follows them, so that a copied link shows the same. */
export function useAssumptionState(cutOff: string | null) {
  const [search, change] = useSearchState();
  const [state, setState] = useState<Assumptions>(() =>
    fromAddress(search as Partial<Address>, classAssumptions(cutOff)),
  );
  /** Whether a person or the address has said something; a named run may fill in what nobody said. */
  const [touched, setTouched] = useState(() => saysAssumptions(search as Partial<Address>));
  const write = useRef(change);
  write.current = change;
  useEffect(() => {
    if (!touched) {
      return;
    }
    const timer = setTimeout(() => write.current({ ...toAddress(state, cutOff) }), WRITE_MS);
    return () => clearTimeout(timer);
  }, [state, touched, cutOff]);
  return {
    state,
    touched,
    /** Shows what a stored run assumed, as long as nobody says otherwise. */
    fill: setState,
    set: (next: Assumptions) => {
      setState(next);
      setTouched(true);
    },
  };
}
