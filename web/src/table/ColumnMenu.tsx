import { Columns3 } from "lucide-react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import button from "@/ui/Button.module.css";
import { Checkbox } from "@/ui/Checkbox";
import { cx } from "@/ui/cx";
import overlay from "@/ui/Overlay.module.css";

/** Which columns are shown. */
export function ColumnMenu({
  columns,
  shown,
  onChange,
}: {
  columns: readonly { id: string; head: string }[];
  shown: Readonly<Record<string, boolean>>;
  onChange: (shown: Record<string, boolean>) => void;
}) {
  return (
    <DialogTrigger>
      <AriaButton
        aria-label="Columns"
        className={cx(button.button, button.quiet, button.small, button.icon)}
      >
        <Columns3 size={14} />
      </AriaButton>
      <Popover className={overlay.popover} placement="bottom end">
        <Dialog
          aria-label="Columns"
          style={{ padding: 8, outline: "none", display: "grid", gap: 2 }}
        >
          {columns.map((column) => (
            <Checkbox
              key={column.id}
              isSelected={shown[column.id] ?? true}
              onChange={(on) => onChange({ ...shown, [column.id]: on })}
            >
              {column.head}
            </Checkbox>
          ))}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
