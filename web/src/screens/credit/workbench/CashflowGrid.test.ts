import { expect, it } from "vitest";
import { csvOf } from "@/api/download";
import { exportRows } from "@/table/columns";
import type { FlowRow } from "../model/flows";
import { amountUnit } from "../model/units";
import { exportColumns, flowColumns } from "./CashflowGrid";

const row: FlowRow = {
  period: 1,
  date: "2026-07-25",
  beginBalance: 25_000_000.125,
  scheduled: 120_000,
  prepayment: 0,
  interest: 98_765.4321,
  default: 10,
  recovery: 0,
  loss: 0,
  fee: 5,
  endBalance: 24_879_990.125,
  cumulativeDefault: 10,
  cumulativeLoss: 0,
  cpr: 0.06,
  cdr: 0.005,
  wac: 0.0625,
};

it("the file of the grid has full figures, with the currency in the head", () => {
  const unit = amountUnit(25_000_000, "EUR");
  expect(unit.name).toBe("EUR million");
  const columns = exportColumns(flowColumns([row], unit, "month"), unit);
  const [head, line] = csvOf(exportRows(columns, [row]))
    .trim()
    .split("\r\n");
  expect(head).toBe(
    'Period,Date,"Opening balance, EUR","Scheduled, EUR","Prepayment, EUR","Interest, EUR","Default, EUR","Recovery, EUR","Loss, EUR","Servicing fee, EUR","Closing balance, EUR","CPR, %","CDR, %"',
  );
  expect(line).toBe("1,2026-07-25,25000000.125,120000,0,98765.4321,10,0,0,5,24879990.125,6,0.5");
});

it("the grid shows amounts in the unit of the pool and totals what can be added up", () => {
  const unit = amountUnit(25_000_000, "EUR");
  const columns = flowColumns([row, row], unit, "year");
  const of = (id: string) => columns.find((column) => column.id === id);
  expect(of("period")?.head).toBe("Year");
  expect(of("scheduled")?.total).toBe("0.2");
  expect(of("beginBalance")?.total).toBeUndefined();
  expect(of("beginBalance")?.cell?.(row)).toBe("25.00");
});
