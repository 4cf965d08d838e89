import { Pencil, Play, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { BarHistogram } from "@/charts/BarHistogram";
import { CrosshairProvider } from "@/charts/crosshair";
import { PaneGroup } from "@/charts/PaneGroup";
import { StackChart } from "@/charts/StackChart";
import { TimeChart } from "@/charts/TimeChart";
import { formatNumber } from "@/format/numbers";
import { decimal, type Fraction, fraction } from "@/format/units";
import text from "@/styles/text.module.css";
import { DataTable } from "@/table/DataTable";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { ComboBox } from "@/ui/ComboBox";
import { cx } from "@/ui/cx";
import { DateField } from "@/ui/DateField";
import { Delta, Metric, MetricRow, Money, Percent } from "@/ui/Figures";
import { FileDrop } from "@/ui/FileDrop";
import { HoldButton } from "@/ui/HoldButton";
import { Chip, Severity, StatusChip } from "@/ui/Marks";
import { Menu } from "@/ui/Menu";
import { MoneyField, NumberField, PercentField } from "@/ui/NumberField";
import { PageHead } from "@/ui/PageHead";
import { Cell, Grid, Page, Panel, PanelBody } from "@/ui/Panel";
import { Segmented } from "@/ui/Segmented";
import { Select } from "@/ui/Select";
import { Slider } from "@/ui/Slider";
import { Empty, ErrorPanel, NoPermission, Skeleton } from "@/ui/States";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";

const PERIODS = Array.from({ length: 240 }, (_, index) => index + 1);
const decay = (scale: number, wave: number) =>
  PERIODS.map((t) => scale * Math.exp(-t / 90) * (1 + wave * Math.sin((t / 12) * 2 * Math.PI)));
const flows = [
  { id: "interest", title: "Interest", values: decay(6.5, 0), color: "var(--cat-other)" },
  { id: "scheduled", title: "Scheduled principal", values: decay(1.6, 0), color: "var(--cat-4)" },
  { id: "prepay", title: "Prepayment", values: decay(8, 0.13), color: "var(--cat-1)" },
];
const fixed = (value: number) => formatNumber(value, 2);
const OPTIONS = ["CPR curve", "PSA", "ABS", "Hazard rate"].map((one) => ({
  value: one,
  text: one,
}));

/** Every shared component once; built only with `--mode sheet`. */
export default function Sheet() {
  const [percent, setPercent] = useState<Fraction | null>(fraction(0.064));
  const [number, setNumber] = useState<number | null>(1.5);
  const [option, setOption] = useState<string | null>("PSA");
  const [view, setView] = useState<"monthly" | "yearly">("monthly");
  const [slide, setSlide] = useState(40);
  const times = useMemo(
    () => Array.from({ length: 400 }, (_, index) => Date.UTC(2026, 5, 18) + index * 60_000),
    [],
  );
  const series = useMemo(
    () => [
      {
        title: "Net",
        color: "var(--cat-1)",
        values: times.map((_, i) => (i > 120 && i < 150 ? null : Math.sin(i / 30) * 8 + i / 40)),
      },
    ],
    [times],
  );
  return (
    <Page>
      <PageHead title="Components">
        <StatusChip state="up" />
        <StatusChip state="degraded" />
        <StatusChip state="down" />
      </PageHead>
      <Grid>
        <Cell span={5}>
          <Panel title="Buttons" sub="one primary a region">
            <PanelBody>
              <div className={cx(text.row, text.wrap)}>
                <Button kind="primary" icon={<Play size={14} />} keys="Ctrl ⏎">
                  Run
                </Button>
                <Button onPress={() => toast({ tone: "ok", text: "Run 44 saved" })}>Default</Button>
                <Button kind="quiet">Quiet</Button>
                <Button kind="dangerOutline">Panic close</Button>
                <Button kind="danger">Delete</Button>
                <Button isDisabled>Disabled</Button>
                <HoldButton onHeld={() => toast({ tone: "bad", text: "Held" })}>
                  Hold to close
                </HoldButton>
                <Menu
                  label="Acts"
                  items={[
                    {
                      id: "edit",
                      text: "Edit",
                      keys: "E",
                      icon: <Pencil size={14} />,
                      onAct: () => undefined,
                    },
                    null,
                    {
                      id: "delete",
                      text: "Delete…",
                      danger: true,
                      icon: <Trash2 size={14} />,
                      onAct: () => undefined,
                    },
                  ]}
                >
                  <Button>Menu</Button>
                </Menu>
              </div>
              <div className={cx(text.row, text.wrap)} style={{ marginTop: 10 }}>
                {(["critical", "high", "medium", "low", "info"] as const).map((level) => (
                  <Severity key={level} level={level} word />
                ))}
                <Chip tone="gain">gain</Chip>
                <Chip tone="loss">loss</Chip>
                <Chip tone="notice">Pending</Chip>
                <Chip tone="accent">Production</Chip>
              </div>
            </PanelBody>
          </Panel>
          <Panel label="Metrics">
            <MetricRow>
              <Metric name="Price" value="101.05" note={<Delta value={-0.15} />} />
              <Metric
                name="Lifetime loss"
                value="1.48"
                unit="%"
                note={<Delta value={-0.21} unit=" pt" good="down" />}
              />
              <Metric
                name="Net"
                value={<Money value={decimal("1666.68")} sign="always" directed />}
              />
              <Metric name="Yield" value={<Percent value={fraction(0.0585)} />} />
            </MetricRow>
          </Panel>
          <Banner
            tone="warn"
            icon="plug"
            title="Live updates paused."
            actions={<Button small>Reconnect</Button>}
          >
            The stream closed 32 s ago.
          </Banner>
        </Cell>
        <Cell span={7}>
          <Panel title="Fields" sub="label above, unit inside, error says how to fix">
            <PanelBody>
              <div
                style={{
                  display: "grid",
                  gridTemplateColumns: "repeat(auto-fit, minmax(170px, 1fr))",
                  gap: 12,
                }}
              >
                <TextField label="Name" value="Hartwell Prime" hint="Shown in lists" />
                <PercentField
                  label="CPR"
                  value={percent}
                  onChange={setPercent}
                  min={0}
                  max={100}
                  step={0.1}
                  changed
                />
                <NumberField
                  label="Multiple"
                  unit="×"
                  value={number}
                  onChange={setNumber}
                  error="Must be above low, 0.10"
                />
                <MoneyField label="Balance" value={decimal("1248.60")} onChange={() => undefined} />
                <Select label="Speed by" options={OPTIONS} value={option} onChange={setOption} />
                <ComboBox label="Pool" options={OPTIONS} value={option} onChange={setOption} />
                <DateField label="Cut-off" value="2026-06-18" onChange={() => undefined} />
                <Slider
                  label="Severity"
                  value={slide}
                  onChange={setSlide}
                  min={0}
                  max={100}
                  format={(v) => `${v} %`}
                />
                <Checkbox defaultSelected>Seasonal months</Checkbox>
                <Segmented
                  label="View"
                  value={view}
                  onChange={setView}
                  options={[
                    { value: "monthly", text: "Monthly" },
                    { value: "yearly", text: "Yearly" },
                  ]}
                />
              </div>
            </PanelBody>
          </Panel>
          <FileDrop
            label="Drop a loan tape"
            accept={[".csv"]}
            onFiles={() => undefined}
            hint="CSV, up to 50 MiB"
          />
        </Cell>
        <CrosshairProvider>
          <Cell span={8}>
            <Panel title="Cash flows" sub="monthly, USD million">
              <PanelBody>
                <PaneGroup
                  label="Cash flows fall from 16 to 1 million over 240 periods"
                  name="flows"
                  height={360}
                  xs={PERIODS}
                  formatX={(x) => `Period ${x}`}
                  tickX={String}
                  panes={[
                    {
                      id: "flows",
                      title: "USD million",
                      weight: 2.2,
                      format: fixed,
                      tick: (v) => formatNumber(v, 0),
                      total: "Total",
                      series: [
                        ...flows.map((one) => ({ ...one, form: "stack" as const })),
                        {
                          id: "ref",
                          title: "total, run 43",
                          values: decay(15, 0.05),
                          color: "var(--text-2)",
                          form: "line",
                          dashed: true,
                        },
                      ],
                    },
                    {
                      id: "balance",
                      title: "Performing balance, USD million",
                      format: (v) => formatNumber(v, 0),
                      series: [
                        {
                          id: "b",
                          title: "Balance",
                          values: decay(1248, 0),
                          color: "var(--cat-1)",
                          form: "area",
                        },
                      ],
                    },
                    {
                      id: "loss",
                      title: "Cumulative, % of original balance",
                      format: fixed,
                      tick: (v) => formatNumber(v, 1),
                      series: [
                        {
                          id: "l",
                          title: "loss",
                          direct: true,
                          values: PERIODS.map((t) => 1.48 * (1 - Math.exp(-t / 60))),
                          color: "var(--cat-2)",
                          form: "line",
                        },
                      ],
                    },
                  ]}
                />
              </PanelBody>
            </Panel>
          </Cell>
          <Cell span={4}>
            <div style={{ height: 460, display: "flex", flexDirection: "column" }}>
              <Panel title="Cash-flow grid" fill>
                <DataTable
                  label="Cash-flow grid"
                  dense
                  fill
                  columns={[
                    { id: "t", head: "Period", value: (row) => row.t, frozen: true, width: 64 },
                    ...flows.map((one) => ({
                      id: one.id,
                      head: one.title,
                      align: "right" as const,
                      width: 120,
                      value: (row: { t: number }) => one.values[row.t - 1] ?? null,
                      cell: (row: { t: number }) => fixed(one.values[row.t - 1] ?? 0),
                      total: fixed(one.values.reduce((sum, value) => sum + value, 0)),
                    })),
                  ]}
                  rows={PERIODS.map((t) => ({ t }))}
                  rowId={(row) => String(row.t)}
                />
              </Panel>
            </div>
          </Cell>
        </CrosshairProvider>
        <Cell span={4}>
          <Panel title="Few periods" sub="bars up to 24">
            <PanelBody>
              <StackChart
                label="Twelve periods"
                name="few"
                title=""
                height={200}
                xs={PERIODS.slice(0, 12)}
                formatX={String}
                format={fixed}
                series={flows.map((one) => ({ ...one, values: one.values.slice(0, 12) }))}
              />
            </PanelBody>
          </Panel>
        </Cell>
        <Cell span={4}>
          <Panel title="Time" sub="uPlot, a gap stays a gap">
            <PanelBody>
              <TimeChart
                label="Net rises with waves"
                name="time"
                height={200}
                times={times}
                series={series}
                format={(v) => formatNumber(v, 0)}
              />
            </PanelBody>
          </Panel>
        </Cell>
        <Cell span={4}>
          <Panel title="Distribution">
            <PanelBody>
              <BarHistogram
                label="Prices centre on 101"
                name="hist"
                height={200}
                titleX="Price"
                formatX={(v) => formatNumber(v, 1)}
                marks={[{ value: 101.05, title: "base 101.05" }]}
                bins={Array.from({ length: 20 }, (_, i) => ({
                  low: 96 + i * 0.5,
                  high: 96.5 + i * 0.5,
                  count: Math.round(400 * Math.exp(-(((i - 10) / 4) ** 2))),
                }))}
              />
            </PanelBody>
          </Panel>
        </Cell>
        <Cell span={3}>
          <Panel title="Empty" ruled>
            <Empty
              title="No configurations yet"
              actions={<Button kind="primary">New configuration</Button>}
            >
              A configuration says what to sell, when, and at which loss to stop.
            </Empty>
          </Panel>
        </Cell>
        <Cell span={3}>
          <Panel title="Loading" ruled>
            <Skeleton chart />
          </Panel>
        </Cell>
        <Cell span={3}>
          <Panel title="Error" ruled>
            <ErrorPanel
              what="Cash flows could not be loaded"
              error={new Error("The database did not answer.")}
              onRetry={() => undefined}
            />
          </Panel>
        </Cell>
        <Cell span={3}>
          <Panel title="No permission" ruled>
            <NoPermission need="approver" what="apply rate changes" />
          </Panel>
        </Cell>
      </Grid>
    </Page>
  );
}
