import { counted, formatCount, formatNumber } from "@/format/numbers";
import { cx } from "@/ui/cx";
import { Chip, type ChipTone } from "@/ui/Marks";
import { Empty } from "@/ui/States";
import type { SessionDetail, SessionFill } from "../api/records";
import { ageText, price, priceDigits, sentence } from "../model/words";
import { IstTime } from "./figures";
import styles from "./History.module.css";
import { type Attempt, attemptsOf, shortSymbol } from "./orders";

/** Every attempt, also those that never left, and every trade. */
export function OrdersTab({ detail }: { detail: SessionDetail }) {
  const attempts = attemptsOf(detail);
  if (attempts.length === 0 && detail.fills.length === 0) {
    return (
      <Empty title="No orders">Attempts and fills are listed here when the entry begins.</Empty>
    );
  }
  const fees = detail.fills.reduce(
    (sum, fill) => sum + (fill.commission ?? fill.estimated_fee ?? 0),
    0,
  );
  return (
    <div className={styles.tab}>
      <section className={styles.group}>
        <h3>
          Orders <span>{counted(attempts.length, "attempt")}, IST</span>
        </h3>
        <Attempts attempts={attempts} />
      </section>
      <section className={styles.group}>
        <h3>
          Fills{" "}
          <span>
            {counted(detail.fills.length, "trade")}, fees ${formatNumber(fees, 2)}
          </span>
        </h3>
        {detail.fills.length === 0 ? (
          <p className={styles.note}>Nothing was filled.</p>
        ) : (
          <Fills fills={detail.fills} />
        )}
      </section>
    </div>
  );
}

const TONES: Record<string, ChipTone> = {
  filled: "ok",
  partially_filled: "notice",
  open: "notice",
  sending: "notice",
  rejected: "bad",
  unknown: "bad",
  not_accepted: "warn",
};

function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  return (
    <div className={styles.scroll}>
      <table className={styles.rows}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Order</th>
            <th scope="col" className={styles.right}>
              Filled
            </th>
            <th scope="col" className={styles.right}>
              Price
            </th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((one) => (
            <tr key={one.id}>
              <td>
                <IstTime at={one.at} second />
                {one.answerMs === null ? null : (
                  <span className={styles.sub}>answer in {ageText(one.answerMs)}</span>
                )}
              </td>
              <td>
                {sentence(one.side)} {shortSymbol(one.symbol)}
                <span className={styles.sub}>
                  {one.purpose}
                  {one.number === null ? "" : ` #${one.number}`}
                </span>
                {one.error === null ? null : (
                  <span className={cx(styles.sub, styles.why)}>{one.error}</span>
                )}
              </td>
              <td className={styles.right}>
                {formatCount(one.filled)} / {formatCount(one.size)}
                <span className={styles.state}>
                  <Chip tone={TONES[one.state] ?? "plain"}>{sentence(one.state)}</Chip>
                </span>
              </td>
              <td className={styles.right}>
                {one.fill === null ? "" : price(one.fill, priceDigits(one.fill))}
                <span className={styles.sub}>
                  {one.limit === null
                    ? "market"
                    : `limit ${price(one.limit, priceDigits(one.limit))}`}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Fills({ fills }: { fills: readonly SessionFill[] }) {
  return (
    <div className={styles.scroll}>
      <table className={styles.rows}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Trade</th>
            <th scope="col" className={styles.right}>
              Lots
            </th>
            <th scope="col" className={styles.right}>
              Price
            </th>
            <th scope="col" className={styles.right}>
              Fee, USD
            </th>
          </tr>
        </thead>
        <tbody>
          {fills.map((fill) => (
            <tr key={fill.fill_id}>
              <td>
                <IstTime at={fill.at} second />
              </td>
              <td>
                {sentence(fill.side)} {shortSymbol(fill.symbol)}
                <span className={styles.sub}>
                  {[fill.role ?? "", fill.fill_type === "normal" ? "" : sentence(fill.fill_type)]
                    .filter((word) => word !== "")
                    .join(", ")}
                </span>
              </td>
              <td className={styles.right}>{formatCount(fill.size)}</td>
              <td className={styles.right}>{price(fill.price, priceDigits(fill.price))}</td>
              <td className={styles.right}>
                {fill.commission === null
                  ? fill.estimated_fee === null
                    ? ""
                    : formatNumber(fill.estimated_fee, 4)
                  : formatNumber(fill.commission, 4)}
                {fill.commission === null && fill.estimated_fee !== null ? (
                  <span className={styles.sub}>estimated</span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
