/** What the profile would sell now, as it stands in the form: not what is stored. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Calculator, RefreshCw } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { asProblem, type Problem } from "@/api/problem";
import { CrosshairProvider } from "@/charts/crosshair";
import { counted, formatAmount, formatMoney, formatNumber } from "@/format/numbers";
import { formatDuration } from "@/format/time";
import { useNow } from "@/shell/clock";
import { Banner } from "@/ui/Banner";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Age, KeyValues } from "@/ui/Figures";
import { Panel, PanelBody } from "@/ui/Panel";
import { ErrorPanel, Skeleton } from "@/ui/States";
import { previewFields } from "../api/calls";
import type { ProfileFields } from "../api/records";
import type { Preview } from "../api/riskTypes";
import { FeeDrawer } from "../fees/FeeDrawer";
import { PayoffChart } from "../live/PayoffChart";
import { strangleOfPreview } from "../live/Preview";
import { levelList } from "../live/strangle";
import { probabilityOfProfit, YEAR_MS } from "../model/payoff";
import {
  exact,
  istDayMinute,
  kindWords,
  moneyDigits,
  plainPercent,
  price,
  priceDigits,
  signedPercent,
  strikeText,
} from "../model/words";
import styles from "./Configuration.module.css";
import { bodyOf } from "./model/fields";
import { missWords } from "./model/words";

/** Long enough that a person who types does not use up the exchange's quota. */
const PAUSE_MS = 700;
/** Without market data it is tried again by itself. */
const AGAIN_MS = 30_000;

/** The preview of fields that are being edited, saved or not. */
export function usePreview(fields: ProfileFields) {
  const text = JSON.stringify(bodyOf({ ...fields, ...NO_MATTER }));
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({
    // Beside the other keys of strangle: a preview costs the exchange's quota, so that it is asked
    // again only when its fields change.
    queryKey: ["strangle-preview", asked],
    queryFn: ({ signal }) => previewFields(JSON.parse(asked) as ProfileFields, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    refetchInterval: (present) =>
      present.state.error !== null && asProblem(present.state.error).status === 409
        ? AGAIN_MS
        : false,
    retry: false,
  });
  return { query, behind: asked !== text || query.isPlaceholderData };
}

/** What does not change the choice of contracts is left out, so that it asks nothing. */
const NO_MATTER: Pick<ProfileFields, "name" | "recurrence" | "skip_dates"> = {
  name: "Preview",
  recurrence: "once",
  skip_dates: [],
};

export type PreviewQuery = ReturnType<typeof usePreview>;

export function PreviewPanel({
  preview: { query, behind },
  fields,
}: {
  preview: PreviewQuery;
  fields: ProfileFields;
}) {
  const data = query.data;
  const problem = query.error === null ? null : asProblem(query.error);
  const [fees, setFees] = useState(false);
  let content: ReactNode;
  if (problem !== null) {
    content = <Refused problem={problem} error={query.error} onRetry={() => query.refetch()} />;
  } else if (data === undefined) {
    content = <Skeleton rows={6} chart />;
  } else {
    content = <Body preview={data} fields={fields} behind={behind} onFees={() => setFees(true)} />;
  }
  return (
    <Panel
      title="What it would sell now"
      sub={
        data === undefined || problem !== null ? undefined : behind ? (
          "choosing again"
        ) : (
          <Age at={data.generated_at} zone="IST" />
        )
      }
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
      {content}
      {fees && data !== undefined ? (
        <FeeDrawer
          onClose={() => setFees(false)}
          start={{
            underlying: Number(data.spot.toFixed(2)),
            premium: data.contracts[0]?.mid ?? null,
            quantity: data.quantity,
            size: data.contract_value,
          }}
          legs={data.contracts.map((leg) => ({
            name: `${kindWords(leg.kind)} ${strikeText(leg.strike)}`,
            premium: leg.mid,
          }))}
        />
      ) : null}
    </Panel>
  );
}

/** Nothing to show, and why: wrong fields, no strike, no market. */
function Refused({
  problem,
  error,
  onRetry,
}: {
  problem: Problem;
  error: unknown;
  onRetry: () => unknown;
}) {
  if (problem.code === "validation") {
    return (
      <PanelBody className={styles.stack}>
        <Banner tone="warn" title="Nothing to preview.">
          {counted(problem.fields.length, "field")} cannot stay as{" "}
          {problem.fields.length === 1 ? "it is" : "they are"}; see the marks in the form.
        </Banner>
      </PanelBody>
    );
  }
  if (problem.status === 422) {
    return (
      <PanelBody className={styles.stack}>
        <Banner tone="warn" title="It would sell nothing now.">
          {capital(problem.detail || problem.title)}.
        </Banner>
        <p className={styles.note}>
          A session that starts like this ends without an order. Widen the range, the look ahead or
          the spread, or wait for other quotes.
        </p>
        <Button small onPress={() => void onRetry()}>
          Choose again
        </Button>
      </PanelBody>
    );
  }
  if (problem.status === 409) {
    return (
      <PanelBody className={styles.stack}>
        <Banner tone="warn" title="No market data.">
          {capital(problem.detail || problem.title)}. It is tried again every 30 s; the fields can
          be saved meanwhile.
        </Banner>
        <Button small onPress={() => void onRetry()}>
          Try again
        </Button>
      </PanelBody>
    );
  }
  return <ErrorPanel what="No contracts could be chosen now" error={error} onRetry={onRetry} />;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");

function Body({
  preview,
  fields,
  behind,
  onFees,
}: {
  preview: Preview;
  fields: ProfileFields;
  behind: boolean;
  onFees: () => void;
}) {
  const now = useNow(30_000);
  const strangle = useMemo(() => strangleOfPreview(preview), [preview]);
  const credit = exact(preview.premium_exact);
  const fees = exact(preview.fees_exact);
  const pop = preview.probability_of_profit ?? probabilityOfProfit(strangle);
  const share = preview.premium === 0 ? null : (preview.fees / preview.premium) * 100;
  return (
    <PanelBody className={cx(styles.previewBody, behind && styles.behind)}>
      <table className={styles.contracts}>
        <caption className="visually-hidden">Contracts that would be sold</caption>
        <thead>
          <tr>
            <th scope="col">Sell</th>
            <th scope="col">Mid</th>
            <th scope="col">Delta</th>
            <th scope="col">IV</th>
            <th scope="col">Spread</th>
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
              <td>{leg.iv === null ? "n/a" : plainPercent(leg.iv * 100, 1)}</td>
              <td>{plainPercent(leg.spread_pct, 1)}</td>
              <td>{signedPercent(leg.distance_pct, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {preview.warnings.map((warning) => (
        <Banner key={warning.code + warning.message} tone="warn">
          {capital(warning.message)}.
        </Banner>
      ))}
      <CrosshairProvider>
        <PayoffChart
          strangle={strangle}
          underlying={preview.underlying}
          basis={preview.premium}
          levels={
            fields.limits_basis === "premium"
              ? levelList(fields.max_profit_pct, fields.max_loss_pct, null)
              : []
          }
          shift={0}
          left={`${formatDuration(strangle.years * YEAR_MS)} left`}
          name={`preview-${preview.underlying}`}
          height={264}
        />
      </CrosshairProvider>
      <KeyValues
        rows={[
          ["Credit", credit === null ? "n/a" : formatMoney(credit)],
          [
            "Break-evens, before fees",
            `${formatNumber(preview.break_even_low, 0)} and ${formatNumber(preview.break_even_high, 0)}`,
          ],
          ["Probability of profit", plainPercent(pop === null ? null : pop * 100, 1)],
          [
            "Margin, estimated",
            preview.margin === null ? "n/a" : formatAmount(preview.margin, { digits: 2 }),
          ],
          [
            "Entry fees, estimated",
            fees === null
              ? "n/a"
              : `${formatMoney(fees)}${share === null ? "" : `, ${plainPercent(share, 1)} of the credit`}`,
          ],
          ...endRow(preview, fields),
          ["Expiry", istDayMinute(preview.expiry, now)],
          ["Entry", istDayMinute(preview.entry_at, now)],
          [
            preview.exit_bound === "expiry_guard" ? "Exit, by the guard" : "Exit",
            istDayMinute(preview.exit_at, now),
          ],
        ]}
      />
      <div>
        <Button small icon={<Calculator size={14} />} onPress={onFees}>
          Fee calculator…
        </Button>
      </div>
      {preview.near_misses.length === 0 ? null : (
        <details className={styles.misses}>
          <summary>{counted(preview.near_misses.length, "near miss", "near misses")}</summary>
          <table className={styles.contracts}>
            <caption className="visually-hidden">Contracts that were not taken, and why</caption>
            <thead>
              <tr>
                <th scope="col">Contract</th>
                <th scope="col">Mid</th>
                <th scope="col">Delta</th>
                <th scope="col">Why not</th>
              </tr>
            </thead>
            <tbody>
              {preview.near_misses.map((miss) => (
                <tr key={miss.symbol}>
                  <th scope="row">{missName(miss.symbol)}</th>
                  <td>{price(miss.mid, priceDigits(miss.mid))}</td>
                  <td>{miss.delta === null ? "n/a" : formatNumber(miss.delta, 3, "always")}</td>
                  <td>{missWords(miss.reason)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </PanelBody>
  );
}

/** The limits in money, where they are percentages of the credit. */
function endRow(preview: Preview, fields: ProfileFields): [string, string][] {
  if (fields.limits_basis !== "premium") {
    return [];
  }
  const money = (percent: number) =>
    formatAmount((preview.premium * percent) / 100, {
      digits: moneyDigits(preview.premium),
      sign: "always",
    });
  const profit = fields.max_profit_pct === 0 ? "" : ` or ${money(fields.max_profit_pct)}`;
  return [["Ends at", `${money(-fields.max_loss_pct)}${profit}`]];
}

/** "C-BTC-100200-211126" is "Call 100,200". */
function missName(symbol: string): string {
  const [kind, , strike] = symbol.split("-");
  const value = Number(strike);
  return Number.isFinite(value) && (kind === "C" || kind === "P")
    ? `${kind === "C" ? "Call" : "Put"} ${strikeText(value)}`
    : symbol;
}
