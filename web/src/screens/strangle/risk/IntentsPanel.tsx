import { formatCount } from "@/format/numbers";
import { Chip } from "@/ui/Marks";
import { Panel, PanelBody } from "@/ui/Panel";
import type { Runtime } from "../api/types";
import { inFlight } from "../model/desk";
import { kindWords, price, priceDigits, sentence } from "../model/words";
import styles from "./Risk.module.css";

/** Orders that are not at their end yet; one of unknown outcome blocks its leg. */
export function IntentsPanel({ runtime }: { runtime: Runtime }) {
  const rows = inFlight(runtime);
  return (
    <Panel title="Orders in flight" sub={formatCount(rows.length)}>
      {rows.length === 0 ? (
        <PanelBody>
          <p className={styles.note}>
            None. An order is written down here before it leaves, and stays until its end is proven.
          </p>
        </PanelBody>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <caption className="visually-hidden">Orders in flight</caption>
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">State</th>
                <th scope="col" className={styles.right}>
                  Filled
                </th>
                <th scope="col" className={styles.right}>
                  Price
                </th>
                <th scope="col">Id</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ leg, attempt }) => (
                <tr key={attempt.client_order_id}>
                  <th scope="row">
                    {kindWords(leg.kind)} {attempt.purpose} #{attempt.attempt}, {attempt.side}
                  </th>
                  <td>
                    <Chip tone={attempt.status === "unknown" ? "bad" : "notice"}>
                      {sentence(attempt.status)}
                    </Chip>
                    {attempt.error === null ? null : (
                      <span className={styles.error}>{attempt.error}</span>
                    )}
                  </td>
                  <td className={styles.right}>
                    {formatCount(attempt.filled)} of {formatCount(attempt.size)}
                  </td>
                  <td className={styles.right}>
                    {attempt.price === null
                      ? "market"
                      : price(attempt.price, priceDigits(attempt.price))}
                  </td>
                  <td>
                    <code>{attempt.client_order_id}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
