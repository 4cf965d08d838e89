/** What differs between two sets of assumptions, value by value. */
import { MINUS } from "@/format/numbers";
import { formatDate } from "@/format/time";
import {
  type Assumptions,
  type AssumptionTab,
  defaultCurve,
  nameDefault,
  namePrepay,
  pointsOff,
  prepayCurve,
} from "./assumptions";
import type { Curve } from "./curve";

export interface Difference {
  tab: AssumptionTab;
  what: string;
  from: string;
  to: string;
  /** How many values it stands for: the points of a curve are counted one by one. */
  values: number;
}

/** What the class defaults of the pool are, per cent. */
export interface Usual {
  cpr: number;
  cdr: number;
  last: number;
}

export function differences(now: Assumptions, base: Assumptions, usual: Usual): Difference[] {
  const found: Difference[] = [];
  const { last } = usual;
  speedDifference(found, {
    tab: "prepay",
    what: "Prepayment",
    now: now.prepay,
    base: base.prepay,
    name: [namePrepay(base.prepay), namePrepay(now.prepay)],
    curve: prepayCurve(base.prepay, usual.cpr, last),
  });
  speedDifference(found, {
    tab: "default",
    what: "Default",
    now: now.default,
    base: base.default,
    name: [nameDefault(base.default), nameDefault(now.default)],
    curve: defaultCurve(base.default, usual.cdr, last),
  });
  const add = (tab: AssumptionTab, what: string, from: string, to: string) => {
    if (from !== to) {
      found.push({ tab, what, from, to, values: 1 });
    }
  };
  add("severity", "Severity", nameSeverity(base.severity), nameSeverity(now.severity));
  add("severity", "Recovery lag", months(base.severity.lag), months(now.severity.lag));
  rateDifferences(now.rates, base.rates, add);
  const { fees } = now;
  add("fees", "Servicing fee", rate(base.fees.servicing, "none"), rate(fees.servicing, "none"));
  add("fees", "Advances", words(base.fees.advances ?? "none"), words(fees.advances ?? "none"));
  add("fees", "Order", words(base.fees.order ?? "bma"), words(fees.order ?? "bma"));
  add(
    "fees",
    "Default-free months",
    base.fees.defaultFree?.toString() ?? "recovery time",
    fees.defaultFree?.toString() ?? "recovery time",
  );
  add("fees", "Loan drivers", onOff(base.fees.useDrivers), onOff(fees.useDrivers));
  return found;
}

export const countValues = (found: readonly Difference[], tab?: AssumptionTab): number =>
  found.reduce((sum, one) => (tab === undefined || one.tab === tab ? sum + one.values : sum), 0);

interface SpeedPair {
  tab: AssumptionTab;
  what: string;
  now: SpeedLike;
  base: SpeedLike;
  name: [string, string];
  curve: Curve;
}

interface SpeedLike {
  model: string;
  value: number;
  curve: Curve;
  scale: number;
  by: string;
  raw: unknown;
}

function speedDifference(found: Difference[], pair: SpeedPair): void {
  const { tab, what, now, base, name } = pair;
  const [from, to] = name;
  if (now.model === "curve") {
    const values = curveValues(now, base, pair.curve);
    if (values > 0) {
      found.push({ tab, what, from, to: from === to ? `${to}, moved` : to, values });
    }
    return;
  }
  const raw = now.model === "other" && JSON.stringify(now.raw) !== JSON.stringify(base.raw);
  if (from !== to || now.model !== base.model || raw) {
    found.push({ tab, what, from, to, values: 1 });
  }
}

function curveValues(now: SpeedLike, base: SpeedLike, baseCurve: Curve): number {
  const same = base.model === "curve";
  const off = pointsOff(now.curve, baseCurve).filter(Boolean).length;
  const gone = same
    ? pointsOff(base.curve, now.curve).filter(
        (isOff, at) => isOff && !now.curve.some((point) => point.month === base.curve[at]?.month),
      ).length
    : 0;
  const others =
    (same && now.by !== base.by ? 1 : 0) + (now.scale !== (same ? base.scale : 1) ? 1 : 0);
  return off + gone + others;
}

function rateDifferences(
  now: Assumptions["rates"],
  base: Assumptions["rates"],
  add: (tab: AssumptionTab, what: string, from: string, to: string) => void,
): void {
  const usual = "class default";
  add("rates", "Discount rate", rate(base.discount, usual), rate(now.discount, usual));
  add("rates", "Purchase price", base.price.toFixed(3), now.price.toFixed(3));
  add("rates", "Compounding", words(base.compounding), words(now.compounding));
  add("rates", "Time", words(base.timeBasis), words(now.timeBasis));
  add("rates", "Analysis date", day(base.analysisDate), day(now.analysisDate));
  add("rates", "Pricing date", day(base.pricingDate), day(now.pricingDate));
  add("rates", "Index", nameIndex(base.index), nameIndex(now.index));
}

export function nameSeverity(state: Assumptions["severity"]): string {
  if (state.model === "constant") {
    return rate(state.value, "");
  }
  if (state.model === "ltv") {
    return `LTV, growth ${state.growth}, haircut ${state.haircut}, cost ${state.cost}`.replace(
      "-",
      MINUS,
    );
  }
  return state.model === "class" ? "class default" : (state.raw?.model ?? "other");
}

const words = (name: string) => (name === "bma" ? "BMA" : name.replaceAll("_", " "));
const onOff = (on: boolean) => (on ? "on" : "off");
const months = (value: number | null) => (value === null ? "class default" : `${value} months`);
const rate = (value: number | null, absent: string) =>
  value === null ? absent : `${Number(value.toFixed(3))} %`;
const day = (iso: string | null) => (iso === null ? "usual" : formatDate(iso));
const nameIndex = (index: Assumptions["rates"]["index"]) =>
  index === null ? "unchanged" : `${index.name} ${Number(index.rate.toFixed(3))} %`;
