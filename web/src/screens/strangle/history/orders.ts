/** Attempts of a session: what was planned, and what the exchange knows of it. */
import type { SessionDetail } from "../api/records";

export interface Attempt {
  id: string;
  at: string;
  symbol: string;
  purpose: string;
  number: number | null;
  side: string;
  size: number;
  filled: number;
  /** Null for a market order. */
  limit: number | null;
  fill: number | null;
  state: string;
  /** From sending to the answer of the exchange. */
  answerMs: number | null;
  error: string | null;
}

const span = (from: string | null, to: string | null) =>
  from === null || to === null ? null : Math.max(0, Date.parse(to) - Date.parse(from));

/** Newest last. An order that no attempt of ours explains stands for itself. */
export function attemptsOf(detail: Pick<SessionDetail, "intents" | "orders">): Attempt[] {
  const orders = new Map(detail.orders.map((order) => [order.client_order_id, order]));
  const known = new Set(detail.intents.map((intent) => intent.client_order_id));
  const planned = detail.intents.map((intent): Attempt => {
    const order = orders.get(intent.client_order_id);
    return {
      id: intent.client_order_id,
      at: intent.planned_at,
      symbol: order?.symbol ?? "",
      purpose: intent.purpose,
      number: intent.attempt,
      side: intent.side,
      size: intent.size,
      filled: intent.filled,
      limit: intent.limit_price,
      fill: intent.avg_price ?? order?.fill_price ?? null,
      state: intent.state,
      answerMs: span(intent.sending_at, intent.acked_at),
      error: intent.last_error,
    };
  });
  const others = detail.orders
    .filter((order) => !known.has(order.client_order_id))
    .map(
      (order): Attempt => ({
        id: order.client_order_id,
        at: order.created_at,
        symbol: order.symbol,
        purpose: "",
        number: null,
        side: order.side,
        size: order.quantity,
        filled: order.filled,
        limit: order.price,
        fill: order.fill_price,
        state: order.status,
        answerMs: null,
        error: null,
      }),
    );
  return [...planned, ...others].sort((left, right) => left.at.localeCompare(right.at));
}

/** "C-BTC-102600-221126" in the words of a leg: "C 102600". */
export function shortSymbol(symbol: string): string {
  const [kind, , strike] = symbol.split("-");
  return kind !== undefined && strike !== undefined && strike !== ""
    ? `${kind} ${Number(strike).toLocaleString("en")}`
    : symbol;
}
