import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { phonePlaces } from "./cells";
import { type Column, compareValues, exportRows, sortFromText, sortToText } from "./columns";
import { DataTable } from "./DataTable";

interface Loan {
  id: string;
  rate: number | null;
}
const loans: Loan[] = [
  { id: "loan 10", rate: 6.4 },
  { id: "loan 9", rate: null },
  { id: "loan 2", rate: 5.1 },
];
const columns: Column<Loan>[] = [
  { id: "id", head: "Loan", value: (row) => row.id },
  { id: "rate", head: "Rate, %", value: (row) => row.rate, align: "right" },
];
const shownIds = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("gridcell")[0]?.textContent);

describe("data table", () => {
  it("is a grid with counts and heads", () => {
    render(<DataTable label="Loans" columns={columns} rows={loans} rowId={(row) => row.id} />);
    const grid = screen.getByRole("grid", { name: "Loans" });
    expect(grid.getAttribute("aria-rowcount")).toBe("4");
    expect(screen.getAllByRole("columnheader").map((head) => head.textContent)).toEqual([
      "Loan",
      "Rate, %",
    ]);
  });

  it("sorts on the head, missing values last both ways", async () => {
    render(<DataTable label="Loans" columns={columns} rows={loans} rowId={(row) => row.id} />);
    const head = screen.getByRole("button", { name: "Rate, %" });
    await userEvent.click(head);
    const first = shownIds();
    await userEvent.click(head);
    const second = shownIds();
    expect([first, second]).toContainEqual(["loan 2", "loan 10", "loan 9"]);
    expect([first, second]).toContainEqual(["loan 10", "loan 2", "loan 9"]);
  });

  it("orders text naturally", () => {
    expect(["loan 10", "loan 9"].sort(compareValues)).toEqual(["loan 9", "loan 10"]);
  });

  it("moves a cursor with the keyboard and opens the row", () => {
    const opened = vi.fn();
    render(
      <DataTable
        label="Loans"
        columns={columns}
        rows={loans}
        rowId={(row) => row.id}
        onOpen={(row) => opened(row.id)}
      />,
    );
    const grid = screen.getByRole("grid");
    for (const key of ["ArrowDown", "j", "ArrowUp", "End", "Enter"]) {
      fireEvent.keyDown(grid, { key });
    }
    expect(opened).toHaveBeenCalledWith("loan 2");
    expect(grid.getAttribute("aria-activedescendant")).toBe(screen.getAllByRole("row")[3]?.id);
  });

  it("selects the row under the cursor with x", () => {
    const chosen = vi.fn();
    render(
      <DataTable
        label="Loans"
        columns={columns}
        rows={loans}
        rowId={(row) => row.id}
        selection={new Set()}
        onSelection={(ids) => chosen([...ids])}
      />,
    );
    const grid = screen.getByRole("grid");
    fireEvent.keyDown(grid, { key: "Home" });
    fireEvent.keyDown(grid, { key: "x" });
    expect(chosen).toHaveBeenCalledWith(["loan 10"]);
  });

  it("leaves the order to the server when it is told to", async () => {
    const onSort = vi.fn();
    render(
      <DataTable
        label="Loans"
        columns={columns}
        rows={loans}
        rowId={(row) => row.id}
        sort={[{ id: "id", desc: false }]}
        onSort={onSort}
        serverSort
      />,
    );
    await userEvent.click(screen.getByRole("button", { name: "Loan" }));
    expect(onSort).toHaveBeenCalledWith([{ id: "id", desc: true }]);
    expect(shownIds()).toEqual(["loan 10", "loan 9", "loan 2"]);
  });

  it("exports the shown columns with their heads and blanks for what is missing", () => {
    expect(exportRows(columns, loans)[0]).toEqual(["Loan", "Rate, %"]);
    expect(exportRows(columns, loans)[2]).toEqual(["loan 9", ""]);
  });

  it("keeps the order in the address", () => {
    const sort = [
      { id: "rate", desc: true },
      { id: "id", desc: false },
    ];
    expect(sortToText(sort)).toBe("-rate,id");
    expect(sortFromText("-rate,id")).toEqual(sort);
  });

  it("finds title and main figure for a phone", () => {
    expect([...phonePlaces(columns)]).toEqual([
      ["id", "title"],
      ["rate", "figure"],
    ]);
  });
});
