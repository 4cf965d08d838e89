import { useState } from "react";
import { formatNumber } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { PageHead } from "@/ui/PageHead";
import { Panel, PanelBody } from "@/ui/Panel";
import { useSearchState } from "../../search";
import { useDesk } from "../api/stream";
import { kindWords, strikeText } from "../model/words";
import { StranglePage } from "../shared/StranglePage";
import { FeeForm, FeeResult, LegChoice, useFeeQuote } from "./FeeCalculator";
import styles from "./Fees.module.css";
import type { FeeInputs } from "./model";

const START: FeeInputs = {
  underlying: 100_000,
  premium: 200,
  quantity: 1_000,
  size: 0.001,
  side: "taker",
};

/** What one order costs, with its cap and GST. */
export default function Fees() {
  const [search, change] = useSearchState();
  const [inputs, setInputs] = useState<FeeInputs>(() => fromAddress(search));
  const state = useFeeQuote(inputs);
  const runtime = useDesk().data;
  const spot = runtime?.spot.last ?? null;
  const legs = runtime?.positions.filter((one) => one.mark_price !== null) ?? [];
  const take = (next: FeeInputs) => {
    setInputs(next);
    change({
      underlying: next.underlying?.toString(),
      premium: next.premium?.toString(),
      contracts: next.quantity?.toString(),
      size: next.size?.toString(),
      side: next.side === "maker" ? "maker" : undefined,
    });
  };
  return (
    <StranglePage>
      <PageHead title="Fee calculator" trail={[{ title: "Strangle", to: "/strangle" }]} />
      <div className={styles.page}>
        <Panel title="Order" sub="one fill of one option">
          <PanelBody className={styles.stack}>
            <FeeForm inputs={inputs} onChange={take} state={state} />
            {spot === null ? null : (
              <div className={styles.legs}>
                <Button
                  small
                  onPress={() => take({ ...inputs, underlying: Number(spot.toFixed(2)) })}
                >
                  Index now, {formatNumber(spot, 1)}
                </Button>
              </div>
            )}
            {legs.length === 0 ? null : (
              <LegChoice
                legs={legs.map((leg) => ({
                  name: `${kindWords(leg.kind)} ${strikeText(leg.strike)}`,
                  premium: leg.mark_price,
                }))}
                onTake={(premium) => take({ ...inputs, premium })}
              />
            )}
          </PanelBody>
        </Panel>
        <Panel title="What it costs" sub="USD">
          <PanelBody>
            <FeeResult state={state} />
          </PanelBody>
        </Panel>
      </div>
    </StranglePage>
  );
}

function fromAddress(search: Record<string, string | undefined>): FeeInputs {
  const read = (text: string | undefined, otherwise: number | null) => {
    const value = Number(text);
    return text === undefined || text === "" || !Number.isFinite(value) ? otherwise : value;
  };
  return {
    underlying: read(search.underlying, START.underlying),
    premium: read(search.premium, START.premium),
    quantity: read(search.contracts, START.quantity),
    size: read(search.size, START.size),
    side: search.side === "maker" ? "maker" : "taker",
  };
}
