import type { Valuing } from "./api/calls";
import type { LoanForm } from "./model/loan";

/** How the cash of the loan is valued. */
export const valuingOf = (form: LoanForm): Valuing => ({
  discount_rate: Number((form.discount / 100).toPrecision(12)),
  price: form.price,
});
