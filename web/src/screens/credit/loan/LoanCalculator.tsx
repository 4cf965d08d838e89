import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link as LinkIcon, RotateCcw } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import { CrosshairProvider } from "@/charts/crosshair";
import { counted } from "@/format/numbers";
import { useShortcuts } from "@/shell/shortcuts";
import { useStatusItems } from "@/shell/status";
import { Banner } from "@/ui/Banner";
import { Button, IconButton } from "@/ui/Button";
import { copyText } from "@/ui/copy";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel } from "@/ui/Panel";
import { Empty, ErrorPanel, Skeleton } from "@/ui/States";
import { Tabs } from "@/ui/Tabs";
import { useSearchState } from "../../search";
import { useSettled } from "../deals/builder/useSettled";
import { calculateLoan, type LoanAnswer, type Valuing } from "./api/calls";
import styles from "./Loan.module.css";
import { LoanChart } from "./LoanChart";
import { LoanFields } from "./LoanFields";
import { LoanFigures } from "./LoanFigures";
import {
  complaints,
  formFromText,
  formToText,
  type LoanBody,
  type LoanForm,
  loanBody,
  USUAL,
} from "./model/loan";
import { Schedule } from "./Schedule";
import { SensitivityTab } from "./SensitivityTab";
import { valuingOf } from "./valuing";

const SETTLE_MS = 150;

/** One loan: what it pays, what it is worth, what moves it; every change is computed at once. */
export default function LoanCalculator() {
  const [search, change] = useSearchState();
  const [form, setForm] = useState(() => formFromText(search.loan));
  const wrong = complaints(form);
  const ready = Object.keys(wrong).length === 0;
  const text = JSON.stringify({ loan_data: loanBody(form), ...valuingOf(form) });
  const key = useSettled(text, SETTLE_MS);
  const query = useQuery({
    queryKey: ["credit", "loan", key],
    queryFn: ({ signal }) =>
      calculateLoan(JSON.parse(key) as { loan_data: LoanBody } & Valuing, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    retry: false,
    enabled: ready,
  });
  const kept = useRef<LoanAnswer | null>(null);
  kept.current = query.data ?? kept.current;
  const answer = kept.current;
  const problem = query.error === null ? null : asProblem(query.error);
  const address = formToText(form);
  const settledAddress = useSettled(address, 400);
  useEffect(() => {
    change({ loan: settledAddress });
  }, [settledAddress, change]);
  const copy = () => void copyText(location.href, "Link copied");
  useShortcuts([{ keys: "c", text: "Copy link", scope: "Loan calculator", run: copy }]);
  useStatusItems(
    useMemo(
      () =>
        answer === null ? [] : [counted(answer.summary_metrics.number_of_payments, "payment")],
      [answer],
    ),
  );
  const refused = problem === null ? {} : fieldErrors(problem.fieldErrors());
  const busy = query.isFetching || key !== text;
  return (
    <CrosshairProvider>
      <Page>
        <PageHead
          title="Loan calculator"
          trail={[{ title: "Credit", to: "/credit" }]}
          actions={
            <>
              <Button
                kind="quiet"
                icon={<RotateCcw size={14} />}
                isDisabled={address === ""}
                onPress={() => setForm(USUAL)}
              >
                Reset
              </Button>
              <IconButton label="Copy link" keys="c" kind="default" onPress={copy}>
                <LinkIcon size={14} />
              </IconButton>
            </>
          }
        />
        <div className={styles.lay}>
          <Panel title="Loan" sub="computed while you type" className={styles.fields}>
            <LoanFields form={form} errors={{ ...refused, ...wrong }} onChange={setForm} />
          </Panel>
          <div className={styles.results}>
            {problem !== null && answer !== null ? (
              <Banner
                tone="bad"
                title="These terms were refused; the figures are the last good ones."
              >
                {problem.fields[0]?.message ?? (problem.detail || problem.title)}
              </Banner>
            ) : null}
            {answer === null ? (
              <Panel label="Results">
                {problem !== null ? (
                  <ErrorPanel
                    what="The loan could not be computed"
                    error={problem}
                    onRetry={() => void query.refetch()}
                  />
                ) : ready ? (
                  <Skeleton chart rows={6} />
                ) : (
                  <Empty title="The loan is not complete">
                    Correct the marked fields; then the payments stand here.
                  </Empty>
                )}
              </Panel>
            ) : (
              <>
                <LoanFigures summary={answer.summary_metrics} busy={busy} />
                <LoanChart flows={answer.projections} busy={busy} />
                <Panel label="Detail" className={styles.detail}>
                  <Tabs
                    label="Detail"
                    fill
                    selected={search.tab === "sensitivity" ? "sensitivity" : "schedule"}
                    onSelect={(tab) => change({ tab: tab === "schedule" ? undefined : tab })}
                    tabs={[
                      {
                        id: "schedule",
                        title: "Schedule",
                        count: String(answer.projections.period.length),
                        content: <Schedule flows={answer.projections} />,
                      },
                      {
                        id: "sensitivity",
                        title: "Sensitivity",
                        content: <SensitivityTab form={form} ready={ready} />,
                      },
                    ]}
                  />
                </Panel>
              </>
            )}
          </div>
        </div>
      </Page>
    </CrosshairProvider>
  );
}

const FIELDS: Record<string, keyof LoanForm> = {
  principal: "principal",
  interest_rate: "rate",
  term_months: "term",
  interest_only_period: "interestOnly",
  amortization_months: "amortizationMonths",
  balloon_payment: "balloon",
  prepayment_rate: "speed",
  default_probability: "default",
  recovery_rate: "severity",
  discount_rate: "discount",
  price: "price",
};

function fieldErrors(messages: Record<string, string>): Partial<Record<keyof LoanForm, string>> {
  return Object.fromEntries(
    Object.entries(messages).flatMap(([pointer, message]) => {
      const field = FIELDS[pointer.split(".").at(-1) ?? ""];
      return field === undefined ? [] : [[field, message]];
    }),
  );
}
