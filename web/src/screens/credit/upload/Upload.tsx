import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { counted } from "@/format/numbers";
import { Button } from "@/ui/Button";
import { AlertDialog } from "@/ui/Dialog";
import { PageHead } from "@/ui/PageHead";
import { Page, Panel, PanelBody } from "@/ui/Panel";
import { ErrorPanel, Loaded, NoPermission } from "@/ui/States";
import { useSearchState } from "../../search";
import { poolQuery } from "../api/queries";
import type { Pool } from "../api/types";
import { poolPath } from "../pools/PoolCard";
import { useMayRun } from "../shared/access";
import { FollowJob } from "../shared/FollowJob";
import { ColumnsStep } from "./ColumnsStep";
import { FileStep, WorkPanel } from "./FileStep";
import { RowsStep } from "./RowsStep";
import { SaveStep } from "./SaveStep";
import { type Step, Steps } from "./Steps";
import { poolOfJob, type TapeWork, useTape } from "./useTape";

const TRAIL = [
  { title: "Credit", to: "/credit" },
  { title: "Pools", to: "/credit/pools" },
];

/** From a file to a pool: file, columns, rows, words. The address keeps the pool and the step. */
export default function Upload() {
  const [search] = useSearchState();
  const may = useMayRun();
  const replaced = useQuery({ ...poolQuery(search.pool ?? ""), enabled: Boolean(search.pool) });
  if (!may) {
    return (
      <Page>
        <PageHead title="Upload tape" trail={TRAIL} />
        <NoPermission need="credit:operator" what="upload a tape" />
      </Page>
    );
  }
  if (!search.pool) {
    return <Wizard replaced={null} />;
  }
  return (
    <Loaded query={replaced} what="The pool">
      {(pool) => <Wizard replaced={pool} />}
    </Loaded>
  );
}

function Wizard({ replaced }: { replaced: Pool | null }) {
  const [search, change] = useSearchState();
  const draft = useQuery({ ...poolQuery(search.draft ?? ""), enabled: Boolean(search.draft) });
  const work = useTape(replaced, (id) => change({ draft: id, step: "rows" }, "push"));
  const step = stepOf(search.step, Boolean(search.draft), work);
  const title = replaced === null ? "Upload tape" : `Replace the tape of ${replaced.name}`;
  return (
    <Page fill={step === "rows"}>
      <PageHead
        title={title}
        crumb={replaced === null ? "Upload tape" : "Replace tape"}
        trail={TRAIL}
      >
        <Steps now={step} />
      </PageHead>
      {work.jobId !== null ? (
        <Panel label="Import">
          <PanelBody padded>
            <FollowJob id={work.jobId} onEnd={(job) => void work.endJob(job, poolOfJob(job))} />
          </PanelBody>
        </Panel>
      ) : work.work !== null ? (
        <WorkPanel work={work.work} onCancel={work.cancel} />
      ) : (
        <>
          {work.failure ? (
            <Panel label="Failure">
              <ErrorPanel what="The tape was not taken" error={work.failure} />
            </Panel>
          ) : null}
          {step === "file" ? <FileStep onFile={(file) => void work.look(file)} /> : null}
          {step === "columns" && search.draft === undefined ? <NewColumns work={work} /> : null}
          {search.draft === undefined ? null : (
            <Loaded query={draft} what="The imported pool">
              {(pool) => (
                <DraftSteps
                  key={pool.version}
                  pool={pool}
                  step={step}
                  work={work}
                  isNew={replaced === null}
                />
              )}
            </Loaded>
          )}
        </>
      )}
    </Page>
  );
}

function stepOf(asked: string | undefined, imported: boolean, work: TapeWork): Step {
  if (imported) {
    return asked === "columns" || asked === "save" ? asked : "rows";
  }
  return work.tape.preview === null ? "file" : "columns";
}

function NewColumns({ work }: { work: TapeWork }) {
  const { preview, mapping, file } = work.tape;
  return preview === null || mapping === null ? null : (
    <ColumnsStep
      columns={preview.columns}
      rows={preview.rows}
      mapping={mapping}
      fileName={file?.name ?? "tape"}
      onChange={work.setMapping}
      onBack={work.forget}
      onNext={() => void work.importFile(mapping)}
    />
  );
}

interface DraftProps {
  pool: Pool;
  step: Step;
  work: TapeWork;
  /** The pool was made by this import, so it may go again. */
  isNew: boolean;
}

/** The steps after the import: the tape is stored, decisions import it again. */
function DraftSteps({ pool, step, work, isNew }: DraftProps) {
  const [, change] = useSearchState();
  const navigate = useNavigate();
  const [discarding, setDiscarding] = useState(false);
  const [mapping, setMapping] = useState(
    pool.mapping ?? { columns: [], constants: {}, duplicate_ids: "rename" as const },
  );
  const go = (to: Step) => change({ step: to }, "push");
  if (pool.report === null) {
    return (
      <Panel label="No tape">
        <PanelBody padded>
          This version of the pool has no tape.{" "}
          <Button onPress={() => void navigate({ to: poolPath(pool.id) })}>Open pool</Button>
        </PanelBody>
      </Panel>
    );
  }
  const columns =
    work.tape.preview?.columns ??
    [...mapping.columns.map((one) => one.column), ...pool.report.unused_columns].filter(
      (column, at, all) => all.indexOf(column) === at,
    );
  return (
    <>
      {step === "columns" ? (
        <ColumnsStep
          columns={columns}
          rows={work.tape.preview?.rows ?? []}
          mapping={mapping}
          fileName={work.tape.file?.name ?? pool.name}
          onChange={setMapping}
          onBack={() => go("rows")}
          onNext={() => void work.resolve(pool, { exclude_rows: [], repairs: [], mapping })}
        />
      ) : null}
      {step === "rows" ? (
        <RowsStep
          pool={pool}
          onResolve={(decision) => void work.resolve(pool, decision)}
          onColumns={() => go("columns")}
          onNext={() => go("save")}
          onDiscard={isNew ? () => setDiscarding(true) : undefined}
        />
      ) : null}
      {step === "save" ? <SaveStep pool={pool} onBack={() => go("rows")} /> : null}
      <AlertDialog
        open={discarding}
        onClose={() => setDiscarding(false)}
        title="Discard import"
        consequence={`${counted(pool.summary.asset_count, "loan")} of ${pool.name} are removed again. The file on your computer stays.`}
        keep="Keep import"
        act="Discard import"
        onAct={async () => {
          if (await work.discard(pool)) {
            await navigate({ to: "/credit/pools" });
          }
        }}
      />
    </>
  );
}
