import { expect, it } from "vitest";
import { rolesAllow } from "./session";

it("grants a role for all services or for one", () => {
  expect(rolesAllow(["operator"], "operator", "credit")).toBe(true);
  expect(rolesAllow(["credit:operator"], "operator", "credit")).toBe(true);
  expect(rolesAllow(["credit:operator"], "operator", "strangle")).toBe(false);
  expect(rolesAllow(["credit:operator"], "operator")).toBe(false);
});

it("includes the smaller roles in the larger ones", () => {
  expect(rolesAllow(["admin"], "approver")).toBe(true);
  expect(rolesAllow(["approver"], "viewer")).toBe(true);
  expect(rolesAllow(["operator"], "approver")).toBe(false);
});

it("reads the audit as auditor or admin only", () => {
  expect(rolesAllow(["auditor"], "auditor")).toBe(true);
  expect(rolesAllow(["approver"], "auditor")).toBe(false);
  expect(rolesAllow(["admin"], "auditor")).toBe(true);
  expect(rolesAllow([], "viewer")).toBe(false);
});
