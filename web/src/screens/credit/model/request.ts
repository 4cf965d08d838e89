/** From the panel to the request, and from the terms of a run back to the panel. */
import type { AnalysisRequest, AssumptionsBody, SeverityModel, Terms } from "../api/types";
import { type Assumptions, classAssumptions } from "./assumptions";
import { fromVector, toVector } from "./curve";

const share = (percent: number) => Number((percent / 100).toPrecision(12));
const percent = (fraction: number) => Number((fraction * 100).toPrecision(12));
const INDEX_MONTHS = 1;

/** What the service is asked; parts that follow the class are left out. */
export function toRequest(state: Assumptions): AnalysisRequest {
  const { rates } = state;
  const request: AnalysisRequest = { cashflow_format: "columns", price: rates.price };
  if (rates.discount !== null) {
    request.discount_rate = share(rates.discount);
  }
  if (rates.analysisDate !== null) {
    request.analysis_date = rates.analysisDate;
  }
  if (rates.pricingDate !== null) {
    request.pricing_date = rates.pricingDate;
  }
  request.compounding = rates.compounding;
  request.time_basis = rates.timeBasis;
  const indices = { ...state.otherIndices };
  if (rates.index !== null && rates.index.name.trim() !== "") {
    indices[rates.index.name.trim()] = Array.from({ length: INDEX_MONTHS }, () =>
      share(rates.index?.rate ?? 0),
    );
  }
  if (Object.keys(indices).length > 0) {
    request.indices = indices;
  }
  const assumptions = assumptionsBody(state);
  if (Object.keys(assumptions).length > 0) {
    request.assumptions = assumptions;
  }
  return request;
}

function assumptionsBody(state: Assumptions): AssumptionsBody {
  const body: AssumptionsBody = {};
  const { severity, fees } = state;
  const prepayment = prepaymentModel(state.prepay);
  if (prepayment) {
    body.prepayment = prepayment;
  }
  const defaults = defaultModel(state.default);
  if (defaults) {
    body.default = defaults;
  }
  const model = severityModel(severity);
  if (model) {
    body.severity = model;
  }
  if (state.recoveryTiming !== null) {
    body.recovery_timing = state.recoveryTiming;
  } else if (severity.lag !== null) {
    body.recovery_lag_months = severity.lag;
  }
  if (fees.servicing !== null) {
    body.servicing_fee = share(fees.servicing);
  }
  if (fees.advances !== null) {
    body.advances = fees.advances;
  }
  if (fees.order !== null) {
    body.order = fees.order;
  }
  if (fees.defaultFree !== null) {
    body.default_free_months = fees.defaultFree;
  }
  if (fees.useDrivers) {
    body.use_drivers = true;
  }
  if (state.selectors.length > 0) {
    body.selectors = state.selectors;
  }
  return body;
}

function prepaymentModel(state: Assumptions["prepay"]): AssumptionsBody["prepayment"] {
  switch (state.model) {
    case "class":
      return undefined;
    case "none":
      return { model: "none" };
    case "psa":
      return { model: "psa", value: state.value };
    case "curve":
      return toVector(state.curve, state.scale, state.by);
    case "other":
      return state.raw;
    default:
      return { model: state.model, value: share(state.value) };
  }
}

function defaultModel(state: Assumptions["default"]): AssumptionsBody["default"] {
  switch (state.model) {
    case "class":
      return undefined;
    case "none":
      return { model: "none" };
    case "sda":
      return { model: "sda", value: state.value };
    case "curve":
      return toVector(state.curve, state.scale, state.by);
    case "other":
      return state.raw;
    default:
      return { model: state.model, value: share(state.value) };
  }
}

function severityModel(state: Assumptions["severity"]): SeverityModel | undefined {
  switch (state.model) {
    case "class":
      return undefined;
    case "constant":
      return { model: "constant", value: share(state.value) };
    case "ltv":
      return {
        model: "ltv",
        growth: share(state.growth),
        haircut: share(state.haircut),
        cost: share(state.cost),
      };
    default:
      return state.raw ?? undefined;
  }
}

/** What a run assumed, as the panel shows it. */
export function fromTerms(terms: Terms): Assumptions {
  const state = classAssumptions(terms.analysis_date);
  const asked = terms.assumptions.request;
  const [index, otherIndices] = indicesOf(terms.indices);
  return {
    ...state,
    prepay: prepayOf(asked.prepayment, state.prepay),
    default: defaultOf(asked.default, state.default),
    severity: {
      ...severityOf(asked.severity, state.severity),
      lag: asked.recovery_lag_months ?? null,
    },
    rates: {
      discount: terms.discount_rate === null ? null : percent(terms.discount_rate),
      price: terms.price,
      compounding: terms.compounding,
      timeBasis: terms.time_basis,
      analysisDate: terms.analysis_date,
      pricingDate: terms.pricing_date === terms.analysis_date ? null : terms.pricing_date,
      index,
    },
    fees: {
      servicing:
        asked.servicing_fee === null || asked.servicing_fee === undefined
          ? null
          : percent(asked.servicing_fee),
      advances: asked.advances ?? null,
      order: asked.order ?? null,
      defaultFree: asked.default_free_months ?? null,
      useDrivers: terms.assumptions.use_drivers,
    },
    selectors: terms.assumptions.selectors ?? [],
    recoveryTiming: asked.recovery_timing ?? null,
    otherIndices,
  };
}

function prepayOf(
  model: AssumptionsBody["prepayment"],
  usual: Assumptions["prepay"],
): Assumptions["prepay"] {
  if (!model) {
    return usual;
  }
  switch (model.model) {
    case "none":
      return { ...usual, model: "none" };
    case "psa":
      return { ...usual, model: "psa", value: model.value };
    case "cpr":
    case "smm":
    case "abs":
      return { ...usual, model: model.model, value: percent(model.value) };
    case "vector":
      return { ...usual, model: "curve", curve: fromVector(model), by: model.by ?? "period" };
    default:
      return { ...usual, model: "other", raw: model };
  }
}

function defaultOf(
  model: AssumptionsBody["default"],
  usual: Assumptions["default"],
): Assumptions["default"] {
  if (!model) {
    return usual;
  }
  switch (model.model) {
    case "none":
      return { ...usual, model: "none" };
    case "sda":
      return { ...usual, model: "sda", value: model.value };
    case "cdr":
    case "mdr":
      return { ...usual, model: model.model, value: percent(model.value) };
    case "vector":
      return { ...usual, model: "curve", curve: fromVector(model), by: model.by ?? "period" };
    default:
      return { ...usual, model: "other", raw: model };
  }
}

function severityOf(
  model: SeverityModel | null | undefined,
  usual: Assumptions["severity"],
): Assumptions["severity"] {
  if (!model) {
    return usual;
  }
  if (model.model === "constant") {
    return { ...usual, model: "constant", value: percent(model.value) };
  }
  const plain = model.model === "ltv" && !model.first_year_growth && !model.otherwise;
  if (plain) {
    return {
      ...usual,
      model: "ltv",
      growth: percent(model.growth ?? 0),
      haircut: percent(model.haircut ?? 0),
      cost: percent(model.cost ?? 0),
    };
  }
  return { ...usual, model: "other", raw: model };
}

/** The one flat index that the panel can show, and the others as they are. */
function indicesOf(
  indices: Terms["indices"] | undefined,
): [Assumptions["rates"]["index"], Record<string, number[]>] {
  const all = Object.entries(indices ?? {});
  const [only] = all;
  const level = only?.[1][0];
  if (all.length === 1 && only !== undefined && only[1].length === 1 && level !== undefined) {
    return [{ name: only[0], rate: percent(level) }, {}];
  }
  return [null, indices ?? {}];
}
