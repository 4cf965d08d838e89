/** What variables move: economic factors through sensitivities, drivers by themselves. */

/** Columns of the sensitivity table. */
export const TARGETS = [
  { id: "prepayment", title: "Prepayment", unit: "%" },
  { id: "default", title: "Default", unit: "%" },
  { id: "recovery", title: "Recovery", unit: "%" },
  { id: "discount_rate", title: "Discount rate", unit: "pt" },
  { id: "index", title: "Indices", unit: "pt" },
  { id: "property_value", title: "Property values", unit: "pt" },
] as const;

export type TargetId = (typeof TARGETS)[number]["id"];
export type Sensitivity = Partial<Record<TargetId, number>>;
export type Sensitivities = Record<string, Sensitivity>;

/** What the service takes for an economic factor when nobody says otherwise. */
export const USUAL: Sensitivities = {
  market_rate: { prepayment: -8, default: 3, recovery: -1, discount_rate: 1, index: 1 },
  inflation_rate: { prepayment: -1, default: 1 },
  unemployment_rate: { prepayment: -4, default: 12, recovery: -3 },
  gdp_growth: { prepayment: 3, default: -6, recovery: 2 },
  house_price_index_growth: { prepayment: 2.5, default: -4, recovery: 2, property_value: 1 },
};

export const FACTORS = Object.keys(USUAL);

/** Names that move a projection directly; the value without effect stands beside each. */
export const DIRECT: Record<string, number> = {
  prepayment_multiplier: 1,
  default_multiplier: 1,
  recovery_multiplier: 1,
  discount_rate_shock: 0,
  spread_widening: 0,
  interest_rate_shock: 0,
  property_value_decline: 0,
};

export const isDirect = (name: string): boolean => Object.hasOwn(DIRECT, name);

/** The row of a variable: what was said, else what is usual. */
export const rowOf = (name: string, said: Sensitivities): Sensitivity =>
  said[name] ?? USUAL[name] ?? {};

/** Whether a variable does anything. */
export const hasEffect = (name: string, said: Sensitivities): boolean =>
  (isDirect(name) && said[name] === undefined) ||
  Object.values(rowOf(name, said)).some((value) => value !== 0);

/** A row with one figure changed; back to the usual one when it is the same again. */
export function withSensitivity(
  said: Sensitivities,
  name: string,
  target: TargetId,
  value: number,
): Sensitivities {
  const row = { ...rowOf(name, said), [target]: value };
  const usual = USUAL[name];
  const { [name]: _old, ...others } = said;
  const same =
    usual !== undefined && TARGETS.every(({ id }) => (row[id] ?? 0) === (usual[id] ?? 0));
  const empty = usual === undefined && TARGETS.every(({ id }) => (row[id] ?? 0) === 0);
  return same || empty ? others : { ...others, [name]: row };
}
