import { ChevronLeft, ChevronRight } from "lucide-react";
import { formatCount } from "@/format/numbers";
import { useShortcuts } from "@/shell/shortcuts";
import { IconButton } from "@/ui/Button";
import { Select } from "@/ui/Select";
import { PAGE_SIZES, type PageSize } from "./filters";
import styles from "./History.module.css";

/** "26 to 50 of 312", the rows of a page, and the way to the pages beside it. */
export function Pager({
  page,
  pages,
  size,
  total,
  shown,
  onPage,
  onSize,
}: {
  page: number;
  pages: number;
  size: PageSize;
  total: number;
  /** The rows that are on this page. */
  shown: number;
  onPage: (page: number) => void;
  onSize: (size: PageSize) => void;
}) {
  const first = (page - 1) * Number(size) + 1;
  const turn = (to: number) => {
    if (to >= 1 && to <= pages) {
      onPage(to);
    }
  };
  useShortcuts([
    { keys: "n", text: "Next page, older sessions", scope: "History", run: () => turn(page + 1) },
    { keys: "p", text: "Page before, newer sessions", scope: "History", run: () => turn(page - 1) },
  ]);
  return (
    <nav className={styles.pager} aria-label="Pages of sessions">
      <span>Rows of a page</span>
      <div className={styles.size}>
        <Select
          label="Rows of a page"
          hideLabel
          options={PAGE_SIZES.map((value) => ({ value, text: value }))}
          value={size}
          onChange={onSize}
        />
      </div>
      <span className={styles.where} role="status">
        {shown === 0
          ? `0 of ${formatCount(total)}`
          : `${formatCount(first)} to ${formatCount(first + shown - 1)} of ${formatCount(total)}`}
      </span>
      <IconButton
        label="Page before"
        keys="p"
        small
        isDisabled={page <= 1}
        onPress={() => turn(page - 1)}
      >
        <ChevronLeft size={16} />
      </IconButton>
      <span>
        {formatCount(page)} / {formatCount(Math.max(1, pages))}
      </span>
      <IconButton
        label="Next page"
        keys="n"
        small
        isDisabled={page >= pages}
        onPress={() => turn(page + 1)}
      >
        <ChevronRight size={16} />
      </IconButton>
    </nav>
  );
}
