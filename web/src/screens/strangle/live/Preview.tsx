import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useMemo } from "react";
import { CrosshairProvider } from "@/charts/crosshair";
import { formatAmount, formatMoney, formatNumber } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { useNow } from "@/shell/clock";
import { IconButton } from "@/ui/Button";
import { Age, KeyValues } from "@/ui/Figures";
import { Panel, PanelBody } from "@/ui/Panel";
import { ErrorPanel, Skeleton } from "@/ui/States";
import { previewQuery } from "../api/queries";
import type { Profile } from "../api/records";
import type { Preview as PreviewView } from "../api/riskTypes";
import { sentenceOf } from "../model/desk";
import { probabilityOfProfit, type Strangle, YEAR_MS } from "../model/payoff";
import {
  exact,
  istDayMinute,
  kindWords,
  price,
  priceDigits,
  signedPercent,
  strikeText,
} from "../model/words";
import styles from "./Live.module.css";
import { PayoffChart } from "./PayoffChart";
import { levelList } from "./strangle";

/** The two contracts a profile would sell now, as a curve and in figures. */
export function Preview({ profile }: { profile: Profile | undefined }) {
  const query = useQuery({
    ...previewQuery(profile?.id ?? ""),
    enabled: profile !== undefined,
    refetchInterval: 15_000,
  });
  const preview = query.data;
  return (
    <Panel
      title="What it would sell now"
      sub={preview === undefined ? undefined : <Age at={preview.generated_at} zone="IST" />}
      fill
      className={styles.preview}
      actions={
        <IconButton
          label="Choose again"
          small
          isPending={query.isFetching}
          onPress={() => void query.refetch()}
        >
          <RefreshCw size={14} />
        </IconButton>
      }
    >
      {preview !== undefined && profile !== undefined ? (
        <Body preview={preview} profile={profile} />
      ) : query.error ? (
        <ErrorPanel
          what="No contracts could be chosen now"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      ) : (
        <Skeleton rows={4} chart />
      )}
    </Panel>
  );
}

export function strangleOfPreview(preview: PreviewView): Strangle {
  const expiry = Date.parse(preview.expiry);
  return {
    legs: preview.contracts.map((contract) => ({
      kind: contract.kind,
      strike: contract.strike,
      quantity: preview.quantity,
      contractValue: preview.contract_value,
      entry: contract.mid ?? 0,
      iv: contract.iv,
    })),
    spot: preview.spot,
    years: Math.max(0, expiry - Date.parse(preview.generated_at)) / YEAR_MS,
    net: -preview.fees,
    fixed: -preview.fees,
  };
}

function Body({ preview, profile }: { preview: PreviewView; profile: Profile }) {
  const now = useNow(30_000);
  const strangle = useMemo(() => strangleOfPreview(preview), [preview]);
  const credit = exact(preview.premium_exact);
  const fees = exact(preview.fees_exact);
  const pop = preview.probability_of_profit ?? probabilityOfProfit(strangle);
  return (
    <PanelBody className={styles.previewBody}>
      <div className={styles.chart}>
        <CrosshairProvider>
          <PayoffChart
            strangle={strangle}
            underlying={preview.underlying}
            basis={preview.premium}
            levels={levelList(profile.max_profit_pct, profile.max_loss_pct, null)}
            shift={0}
            left={`${formatDuration(strangle.years * YEAR_MS)} left`}
            name={`preview-${preview.underlying}`}
            height={300}
          />
        </CrosshairProvider>
      </div>
      <div className={styles.previewFacts}>
        <table className={styles.contracts}>
          <caption className="visually-hidden">Contracts that would be sold</caption>
          <thead>
            <tr>
              <th scope="col">Sell</th>
              <th scope="col">Mid</th>
              <th scope="col">Delta</th>
              <th scope="col">Distance</th>
            </tr>
          </thead>
          <tbody>
            {preview.contracts.map((leg) => (
              <tr key={leg.symbol}>
                <th scope="row">
                  {kindWords(leg.kind)} {strikeText(leg.strike)}
                </th>
                <td>{price(leg.mid, priceDigits(leg.mid))}</td>
                <td>{leg.delta === null ? "n/a" : formatNumber(leg.delta, 3, "always")}</td>
                <td>{signedPercent(leg.distance_pct, 2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <KeyValues
          rows={[
            ["Credit", credit === null ? "n/a" : formatMoney(credit)],
            [
              "Break-evens",
              `${formatNumber(preview.break_even_low, 0)} and ${formatNumber(preview.break_even_high, 0)}`,
            ],
            ["Probability of profit", pop === null ? "n/a" : `${formatNumber(pop * 100, 1)} %`],
            ["Margin, estimated", preview.margin === null ? "n/a" : formatAmount(preview.margin)],
            ["Entry fees, estimated", fees === null ? "n/a" : formatMoney(fees)],
            ["Expiry", istDayMinute(preview.expiry, now)],
            ["Entry", istDayMinute(preview.entry_at, now)],
            ["Exit", istDayMinute(preview.exit_at, now)],
          ]}
        />
        {preview.warnings.map((warning) => (
          <p key={warning.code} className={styles.warning}>
            {sentenceOf(warning.message)}
          </p>
        ))}
      </div>
    </PanelBody>
  );
}
