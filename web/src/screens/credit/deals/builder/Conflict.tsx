import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { counted } from "@/format/numbers";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Segmented } from "@/ui/Segmented";
import { Loaded } from "@/ui/States";
import { formatQuery, versionQuery } from "../api/queries";
import type { DealView } from "../api/types";
import { changedLines, diffLines } from "../model/diff";
import { LineDiff } from "./DiffView";

export interface ConflictProps {
  /** What is stored now. */
  theirs: DealView;
  /** The version the draft began with. */
  baseVersion: number;
  mineKey: string;
  onRebase: () => void;
  onDrop: () => void;
}

/** Somebody saved while this person was editing: both are shown, none is overwritten. */
export function ConflictBanner(props: ConflictProps) {
  const { theirs, baseVersion } = props;
  const [open, setOpen] = useState(false);
  return (
    <>
      <Banner
        tone="warn"
        title={`Version ${theirs.version} was saved while you were editing version ${baseVersion}.`}
        actions={<Button onPress={() => setOpen(true)}>Compare…</Button>}
      >
        Nothing of it is overwritten. Compare both before you save.
      </Banner>
      {open ? <ConflictDialog {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

type Side = "theirs" | "mine" | "both";

function ConflictDialog(props: ConflictProps & { onClose: () => void }) {
  const { theirs, baseVersion, mineKey, onRebase, onDrop, onClose } = props;
  const [side, setSide] = useState<Side>("both");
  const base = useQuery(versionQuery(theirs.id, baseVersion));
  const mine = useQuery(formatQuery(mineKey));
  const now = useQuery(formatQuery(JSON.stringify(theirs.structure)));
  const then = useQuery({
    ...formatQuery(JSON.stringify(base.data?.structure ?? theirs.structure)),
    enabled: base.data !== undefined,
  });
  const texts = {
    base: then.data?.text,
    mine: mine.data?.text,
    theirs: now.data?.text,
  };
  const [before, after] =
    side === "both"
      ? [texts.theirs, texts.mine]
      : [texts.base, side === "mine" ? texts.mine : texts.theirs];
  const lines = useMemo(
    () => (before === undefined || after === undefined ? null : diffLines(before, after)),
    [before, after],
  );
  const failed = [base, mine, now, then].find((query) => query.error);
  const count = lines === null ? null : changedLines(lines);
  return (
    <Dialog
      open
      onClose={onClose}
      width={860}
      title="Two versions of this deal"
      actions={
        <>
          <Button
            onPress={() => {
              onClose();
              onDrop();
            }}
          >
            Drop my changes
          </Button>
          <Button
            kind="primary"
            autoFocus
            onPress={() => {
              onClose();
              onRebase();
            }}
          >
            Keep mine, to save over version {theirs.version}
          </Button>
        </>
      }
    >
      <p>
        Your changes stay in the builder until you save. Saving makes version {theirs.version + 1},
        and version {theirs.version} stays in the list of versions.
      </p>
      <Segmented<Side>
        label="What is compared"
        options={[
          { value: "both", text: `Version ${theirs.version} and yours` },
          { value: "theirs", text: "What they changed" },
          { value: "mine", text: "What you changed" },
        ]}
        value={side}
        onChange={setSide}
      />
      <Loaded
        query={{
          data: lines ?? undefined,
          error: failed?.error ?? null,
          isPending: lines === null,
          refetch: () => void failed?.refetch(),
        }}
        what="The versions"
      >
        {(shown) => (
          <>
            <p className="num">
              {counted(count?.added ?? 0, "line")} added, {count?.removed ?? 0} removed
            </p>
            <LineDiff lines={shown} label="Lines that differ" />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}
