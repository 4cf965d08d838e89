/**
 * Assumptions in the address: what differs from the class defaults, in characters that need no
 * escape. "p=psa_150", "p=curve_age_1_1*2.4_44*9", "r=rate*4.85_price*101.5".
 */
import type { Advances, Compounding, Order, TimeBasis } from "../api/types";
import {
  type Assumptions,
  classAssumptions,
  type DefaultKind,
  type PrepayModel,
} from "./assumptions";
import type { Curve } from "./curve";

export type Address = Record<"p" | "d" | "s" | "r" | "f", string | undefined>;

const PREPAY = new Set<string>(["none", "cpr", "smm", "psa", "abs"]);
const DEFAULTS = new Set<string>(["none", "cdr", "mdr", "sda"]);
const figure = (value: number) => Number(value.toFixed(4)).toString();

export function toAddress(state: Assumptions, cutOff: string | null): Address {
  const usual = classAssumptions(cutOff);
  const { severity, rates, fees } = state;
  const s: string[] = [];
  if (severity.model === "constant") {
    s.push(`loss*${figure(severity.value)}`);
  } else if (severity.model === "ltv") {
    s.push(`ltv*${[severity.growth, severity.haircut, severity.cost].map(figure).join("*")}`);
  }
  if (severity.lag !== null) {
    s.push(`lag*${severity.lag}`);
  }
  const r: string[] = [];
  const put = (list: string[], name: string, value: string | number | null, normal: unknown) => {
    if (value !== null && value !== normal) {
      list.push(`${name}*${typeof value === "number" ? figure(value) : value}`);
    }
  };
  put(r, "rate", rates.discount, null);
  put(r, "price", rates.price, usual.rates.price);
  put(r, "comp", rates.compounding.replace("_", "-"), "annual");
  put(r, "time", rates.timeBasis, "dates");
  put(r, "at", rates.analysisDate, cutOff);
  put(r, "priced", rates.pricingDate, null);
  if (rates.index !== null) {
    r.push(`index*${rates.index.name.replace(/[_*]/g, " ")}*${figure(rates.index.rate)}`);
  }
  const f: string[] = [];
  put(f, "fee", fees.servicing, null);
  put(f, "adv", fees.advances?.replaceAll("_", "-") ?? null, null);
  put(f, "order", fees.order?.replaceAll("_", "-") ?? null, null);
  put(f, "free", fees.defaultFree, null);
  put(f, "drivers", fees.useDrivers ? "on" : null, null);
  return {
    p: speedText(state.prepay, PREPAY),
    d: speedText(state.default, DEFAULTS),
    s: s.join("_") || undefined,
    r: r.join("_") || undefined,
    f: f.join("_") || undefined,
  };
}

interface SpeedLike {
  model: string;
  value: number;
  curve: Curve;
  scale: number;
  by: string;
}

function speedText(state: SpeedLike, known: ReadonlySet<string>): string | undefined {
  if (state.model === "curve") {
    const points = state.curve.map((point) => `${point.month}*${figure(point.rate)}`);
    const by = state.by === "period" ? "period" : "age";
    return ["curve", by, figure(state.scale), ...points].join("_");
  }
  return known.has(state.model) ? `${state.model}_${figure(state.value)}` : undefined;
}

/** Whether the address says anything about assumptions. */
export const saysAssumptions = (address: Partial<Address>): boolean =>
  [address.p, address.d, address.s, address.r, address.f].some((part) => Boolean(part));

/** Reads what it can; what it cannot read stays as in `start`. */
export function fromAddress(address: Partial<Address>, start: Assumptions): Assumptions {
  const state: Assumptions = {
    ...start,
    severity: { ...start.severity },
    rates: { ...start.rates },
    fees: { ...start.fees },
  };
  state.prepay = { ...start.prepay, ...speedOf<PrepayModel>(address.p, PREPAY) };
  state.default = { ...start.default, ...speedOf<DefaultKind>(address.d, DEFAULTS) };
  for (const [name, ...values] of parts(address.s)) {
    const [first = 0, second = 0, third = 0] = values.map(Number);
    if (values.every((value) => Number.isFinite(Number(value)))) {
      if (name === "loss") {
        Object.assign(state.severity, { model: "constant", value: first });
      } else if (name === "ltv") {
        Object.assign(state.severity, {
          model: "ltv",
          growth: first,
          haircut: second,
          cost: third,
        });
      } else if (name === "lag") {
        state.severity.lag = first;
      }
    }
  }
  readRates(state.rates, address.r);
  readFees(state.fees, address.f);
  return state;
}

function parts(text: string | undefined): string[][] {
  return (text ?? "")
    .split("_")
    .filter((part) => part !== "")
    .map((part) => part.split("*"));
}

function speedOf<Model extends string>(
  text: string | undefined,
  known: ReadonlySet<string>,
): { model?: Model; value?: number; curve?: Curve; scale?: number; by?: "period" | "loan_age" } {
  const [model = "", ...rest] = (text ?? "").split("_");
  if (known.has(model)) {
    const value = Number(rest[0] ?? 0);
    return Number.isFinite(value) ? { model: model as Model, value } : {};
  }
  if (model !== "curve") {
    return {};
  }
  const [by, scale, ...points] = rest;
  const curve = points
    .map((point) => point.split("*").map(Number))
    .flatMap(([month = Number.NaN, rate = Number.NaN]) =>
      Number.isInteger(month) && month > 0 && Number.isFinite(rate) ? [{ month, rate }] : [],
    )
    .sort((left, right) => left.month - right.month);
  return curve.length < 2
    ? {}
    : {
        model: "curve" as Model,
        curve,
        scale: Number(scale) || 1,
        by: by === "period" ? "period" : "loan_age",
      };
}

const COMPOUNDING = new Set([
  "annual",
  "semi_annual",
  "quarterly",
  "monthly",
  "continuous",
  "simple",
]);
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function readRates(rates: Assumptions["rates"], text: string | undefined): void {
  for (const [name, value = "", level] of parts(text)) {
    const number = Number(value);
    const word = value.replaceAll("-", "_");
    if (name === "rate" && Number.isFinite(number)) {
      rates.discount = number;
    } else if (name === "price" && number > 0) {
      rates.price = number;
    } else if (name === "comp" && COMPOUNDING.has(word)) {
      rates.compounding = word as Compounding;
    } else if (name === "time" && (value === "dates" || value === "periods")) {
      rates.timeBasis = value as TimeBasis;
    } else if (name === "at" && DAY.test(value)) {
      rates.analysisDate = value;
    } else if (name === "priced" && DAY.test(value)) {
      rates.pricingDate = value;
    } else if (name === "index" && Number.isFinite(Number(level))) {
      rates.index = { name: value, rate: Number(level) };
    }
  }
}

const ADVANCES = new Set(["none", "interest", "principal_and_interest"]);
const ORDERS = new Set(["bma", "default_then_prepay", "prepay_then_default"]);

function readFees(fees: Assumptions["fees"], text: string | undefined): void {
  for (const [name, value = ""] of parts(text)) {
    const number = Number(value);
    const word = value.replaceAll("-", "_");
    if (name === "fee" && Number.isFinite(number)) {
      fees.servicing = number;
    } else if (name === "adv" && ADVANCES.has(word)) {
      fees.advances = word as Advances;
    } else if (name === "order" && ORDERS.has(word)) {
      fees.order = word as Order;
    } else if (name === "free" && Number.isInteger(number)) {
      fees.defaultFree = number;
    } else if (name === "drivers") {
      fees.useDrivers = value === "on";
    }
  }
}
