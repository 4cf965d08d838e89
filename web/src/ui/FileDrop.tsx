import { Upload } from "lucide-react";
import { useState } from "react";
import { DropZone } from "react-aria-components/DropZone";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Text } from "react-aria-components/Text";
import { formatBytes } from "@/format/numbers";
import { Button } from "./Button";
import styles from "./Field.module.css";

export interface FileDropProps {
  label: string;
  /** MIME types or endings, for instance ".csv". */
  accept?: string[];
  multiple?: boolean;
  maxBytes?: number;
  hint?: string;
  onFiles: (files: File[]) => void;
}

/** Drop, paste or choose files; what does not fit is named with its limit. */
export function FileDrop({ label, accept, multiple, maxBytes, hint, onFiles }: FileDropProps) {
  const [refused, setRefused] = useState<string | null>(null);
  const take = (files: File[]) => {
    const tooLarge = files.find((file) => maxBytes !== undefined && file.size > maxBytes);
    const wrong = files.find((file) => !fits(file, accept));
    if (wrong !== undefined) {
      setRefused(`${wrong.name} is not one of ${accept?.join(", ")}`);
    } else if (tooLarge !== undefined && maxBytes !== undefined) {
      setRefused(
        `${tooLarge.name} has ${formatBytes(tooLarge.size)}, the limit is ${formatBytes(maxBytes)}`,
      );
    } else if (files.length > 0) {
      setRefused(null);
      onFiles(multiple ? files : files.slice(0, 1));
    }
  };
  return (
    <DropZone
      className={styles.drop}
      onDrop={async (event) => {
        const items = event.items.filter((item) => item.kind === "file");
        take(await Promise.all(items.map((item) => item.getFile())));
      }}
    >
      <Upload size={20} aria-hidden />
      <Text slot="label">{label}</Text>
      <FileTrigger
        acceptedFileTypes={accept}
        allowsMultiple={multiple}
        onSelect={(list) => take(Array.from(list ?? []))}
      >
        <Button small>Choose file…</Button>
      </FileTrigger>
      {hint ? <span className={styles.hint}>{hint}</span> : null}
      {refused ? (
        <span className={styles.error} role="alert">
          {refused}
        </span>
      ) : null}
    </DropZone>
  );
}

function fits(file: File, accept: string[] | undefined): boolean {
  return (
    accept === undefined ||
    accept.some((kind) =>
      kind.startsWith(".")
        ? file.name.toLowerCase().endsWith(kind)
        : file.type === kind || file.type === "",
    )
  );
}
