import { useQuery } from "@tanstack/react-query";
import { BookmarkPlus } from "lucide-react";
import { useState } from "react";
import { counted } from "@/format/numbers";
import text from "@/styles/text.module.css";
import type { Column } from "@/table/columns";
import { DataTable } from "@/table/DataTable";
import { Button } from "@/ui/Button";
import { Chip, type ChipTone } from "@/ui/Marks";
import { Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { mappingsQuery } from "../api/queries";
import type { ColumnMapping, Mapping, RateUnit } from "../api/types";
import {
  type Confidence,
  confidenceOf,
  DATE_FORMATS,
  FIELD_NAMES,
  fieldTitle,
  kindOf,
  mapColumn,
  mappingFaults,
} from "../model/fields";
import { CLASS_NAMES, classLook } from "../model/units";
import { SaveMapping } from "./SaveMapping";
import styles from "./Upload.module.css";

const UNUSED = "-";
const FIELD_OPTIONS = [
  { value: UNUSED, text: "Not used" },
  ...FIELD_NAMES.map((name) => ({ value: name, text: fieldTitle(name) })),
];
const UNITS: { value: RateUnit; text: string }[] = [
  { value: "fraction", text: "Fraction, 0.05" },
  { value: "percent", text: "Percent, 5" },
  { value: "basis_points", text: "Basis points, 500" },
];
const FORMATS = DATE_FORMATS.map((format) => ({ value: format, text: format }));
const TONES: Record<Confidence["level"], ChipTone> = { high: "ok", medium: "notice", low: "warn" };

interface Row {
  column: string;
  samples: string[];
  mapped: ColumnMapping | null;
}

export interface ColumnsStepProps {
  columns: readonly string[];
  /** First rows of the file; none when only the stored tape is there. */
  rows: readonly string[][];
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
  onNext: () => void;
  onBack: () => void;
  fileName: string;
}

/** Which column is which field, with the unit of rates and the format of dates. */
export function ColumnsStep(props: ColumnsStepProps) {
  const { columns, rows, mapping, onChange, onNext, onBack, fileName } = props;
  const saved = useQuery(mappingsQuery).data ?? [];
  const [saving, setSaving] = useState(false);
  const list: Row[] = columns.map((column, at) => ({
    column,
    samples: rows.map((row) => row[at] ?? ""),
    mapped: mapping.columns.find((one) => one.column === column) ?? null,
  }));
  const faults = mappingFaults(mapping);
  const set = (column: string, change: Partial<ColumnMapping>) =>
    onChange({
      ...mapping,
      columns: mapping.columns.map((one) => (one.column === column ? { ...one, ...change } : one)),
    });
  const hasClass = mapping.columns.some((one) => one.field === "asset_class");
  const used = mapping.columns.length;
  return (
    <Panel
      title="Columns"
      sub={`${fileName} · ${used} of ${counted(columns.length, "column")} used`}
      ruled
    >
      <div className={styles.choices}>
        {hasClass ? null : (
          <Select
            label="Class of all loans"
            options={CLASS_NAMES.map((name) => ({ value: name, text: classLook(name).title }))}
            value={
              typeof mapping.constants.asset_class === "string"
                ? mapping.constants.asset_class
                : null
            }
            onChange={(asset_class) =>
              onChange({ ...mapping, constants: { ...mapping.constants, asset_class } })
            }
          />
        )}
        <Select
          label="Two loans with one id"
          options={[
            { value: "rename", text: "Rename the second" },
            { value: "reject", text: "Leave the second out" },
          ]}
          value={mapping.duplicate_ids}
          onChange={(duplicate_ids) => onChange({ ...mapping, duplicate_ids })}
        />
        {saved.length > 0 ? (
          <Select
            label="Saved template"
            placeholder="Apply…"
            options={saved.map((one) => ({
              value: one.id,
              text: one.name,
              hint: counted(one.mapping.columns.length, "column"),
            }))}
            value={null}
            onChange={(id) => {
              const chosen = saved.find((one) => one.id === id)?.mapping;
              if (chosen !== undefined) {
                onChange({
                  ...chosen,
                  columns: chosen.columns.filter((one) => columns.includes(one.column)),
                });
              }
            }}
          />
        ) : null}
        <div className={styles.choiceActs}>
          <Button icon={<BookmarkPlus size={14} />} onPress={() => setSaving(true)}>
            Save as template…
          </Button>
        </div>
      </div>
      <DataTable
        label="Columns of the tape"
        columns={columnsOf(set, (column, field) => onChange(mapColumn(mapping, column, field)))}
        rows={list}
        rowId={(row) => row.column}
        sort={[]}
      />
      <div className={styles.acts}>
        <Button onPress={onBack}>Back</Button>
        <div className={styles.actsEnd}>
          {faults.length > 0 ? (
            <ul className={styles.faults} role="alert">
              {faults.map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          ) : null}
          <Button kind="primary" isDisabled={faults.length > 0} onPress={onNext}>
            Import and check rows
          </Button>
        </div>
      </div>
      {saving ? <SaveMapping mapping={mapping} onClose={() => setSaving(false)} /> : null}
    </Panel>
  );
}

function columnsOf(
  set: (column: string, change: Partial<ColumnMapping>) => void,
  choose: (column: string, field: string | null) => void,
): Column<Row>[] {
  return [
    {
      id: "column",
      head: "Column of the tape",
      value: (row) => row.column,
      cell: (row) => <span className="mono">{row.column}</span>,
      width: 180,
      grow: true,
      sortable: false,
    },
    {
      id: "samples",
      head: "First values",
      value: (row) => row.samples.slice(0, 3).join(" · "),
      cell: (row) => (
        <span className={styles.sample}>
          {row.samples
            .filter((one) => one !== "")
            .slice(0, 3)
            .join(" · ")}
        </span>
      ),
      width: 190,
      grow: true,
      sortable: false,
    },
    {
      id: "field",
      head: "Field",
      value: (row) => row.mapped?.field ?? null,
      cell: (row) => (
        <Select
          label={`Field of ${row.column}`}
          hideLabel
          options={FIELD_OPTIONS}
          value={row.mapped?.field ?? UNUSED}
          onChange={(field) => choose(row.column, field === UNUSED ? null : field)}
        />
      ),
      width: 210,
      sortable: false,
      phone: "note",
    },
    {
      id: "unit",
      head: "Unit or format",
      value: (row) => row.mapped?.unit ?? row.mapped?.date_format ?? null,
      cell: (row) => <UnitCell row={row} set={set} />,
      width: 160,
      sortable: false,
      phone: "note",
    },
    {
      id: "fit",
      head: "Guess",
      value: (row) => row.mapped?.field ?? null,
      cell: (row) => <FitCell row={row} />,
      width: 170,
      sortable: false,
      phone: "figure",
    },
  ];
}

function UnitCell({
  row,
  set,
}: {
  row: Row;
  set: (column: string, change: Partial<ColumnMapping>) => void;
}) {
  const kind = row.mapped === null ? null : kindOf(row.mapped.field);
  if (kind === "share") {
    return (
      <Select
        label={`Unit of ${row.column}`}
        hideLabel
        options={UNITS}
        value={row.mapped?.unit ?? "fraction"}
        onChange={(unit) => set(row.column, { unit })}
      />
    );
  }
  if (kind === "date") {
    return (
      <Select<string>
        label={`Date format of ${row.column}`}
        hideLabel
        options={FORMATS}
        value={row.mapped?.date_format ?? "YYYY-MM-DD"}
        onChange={(date_format) => set(row.column, { date_format })}
      />
    );
  }
  return null;
}

function FitCell({ row }: { row: Row }) {
  if (row.mapped === null) {
    return <span className={text.text3}>not used</span>;
  }
  const found = confidenceOf(row.mapped, row.samples);
  return (
    <span className={styles.fits}>
      <Chip tone={TONES[found.level]}>{found.level}</Chip>
      {found.of === 0 ? "no values" : `reads ${found.read} of ${found.of}`}
    </span>
  );
}
