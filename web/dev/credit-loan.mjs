// The single-loan routes of the fake server. Not a product.
import { measure, project } from "./credit-data.mjs";

const calculate = (loan) => {
  const one = {
    id: "loan",
    asset_class: "residential_mortgage",
    balance: loan.principal,
    rate: loan.interest_rate,
    term_months: loan.term_months,
    remaining_term_months: loan.term_months,
  };
  const flows = project(
    [one],
    {
      prepayment: { model: "cpr", value: loan.prepayment_rate ?? 0 },
      default: { model: "cdr", value: loan.default_probability ?? 0 },
      severity: { model: "constant", value: 1 - (loan.recovery_rate ?? 0.65) },
    },
    new Date("2026-06-30"),
  );
  const metrics = measure(flows, loan.principal, loan.discount_rate ?? 0.06, loan.price ?? 100);
  const r = loan.interest_rate / 12;
  const payment =
    r === 0
      ? loan.principal / loan.term_months
      : (loan.principal * r) / (1 - (1 + r) ** -loan.term_months);
  return {
    loan_id: "loan",
    summary_metrics: {
      ...metrics,
      payment,
      number_of_payments: loan.term_months,
      maturity_date: flows.date.at(-1),
      last_payment: payment,
      contractual_interest: payment * loan.term_months - loan.principal,
    },
    projections: flows,
    warnings: [],
  };
};

/** Answers a loan route as [status, value]; null when it is none. */
export function answerLoan({ path, body }) {
  if (path === "/cashflow/forecast") {
    const { loan_data, ...valuing } = body();
    const baseline = calculate({ ...loan_data, ...valuing });
    const names = Object.keys(baseline.projections);
    const rows = baseline.projections.period.map((_, at) =>
      Object.fromEntries(names.map((name) => [name, baseline.projections[name][at]])),
    );
    return [200, { baseline: { ...baseline, projections: rows }, scenarios: [] }];
  }
  if (path !== "/cashflow/sensitivity") return null;
  const asked = body();
  const base = calculate({ ...asked.loan_data, discount_rate: asked.discount_rate });
  return [
    200,
    {
      sensitivities: asked.parameters.map(({ parameter, values }) => ({
        parameter,
        rows: values.map((value) => {
          const { summary_metrics: one } = calculate({
            ...asked.loan_data,
            discount_rate: asked.discount_rate,
            [parameter]: value,
          });
          return {
            value,
            npv: one.npv,
            npv_change: one.npv - base.summary_metrics.npv,
            irr: one.irr ?? one.yield_to_maturity,
            weighted_average_life: one.weighted_average_life,
            total_loss: one.total_loss ?? 0,
          };
        }),
      })),
    },
  ];
}
