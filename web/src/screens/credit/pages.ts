/** The pages of credit, each loaded when it is opened. */
import type { ComponentType } from "react";

export const PAGES = {
  creditHome: () => import("./home/CreditHome"),
  dealPage: () => import("./deals/builder/DealPage"),
  library: () => import("./deals/library/Library"),
  loanCalculator: () => import("./loan/LoanCalculator"),
  poolPage: () => import("./pool/PoolPage"),
  pools: () => import("./pools/Pools"),
  runs: () => import("./runs/Runs"),
  simulation: () => import("./simulation/Simulation"),
  simulationPage: () => import("./simulation/SimulationPage"),
  stress: () => import("./stress/Stress"),
  upload: () => import("./upload/Upload"),
  verify: () => import("./verify/Verify"),
  versions: () => import("./deals/versions/Versions"),
  workbench: () => import("./workbench/Workbench"),
} satisfies Record<string, () => Promise<{ default: ComponentType }>>;

export type PageName = keyof typeof PAGES;
