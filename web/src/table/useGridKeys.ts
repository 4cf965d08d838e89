import { type KeyboardEvent, useState } from "react";

interface GridKeys {
  count: number;
  page?: number;
  onOpen?: (index: number) => void;
  onSelect?: (index: number) => void;
  onMove?: (index: number) => void;
}

/** The row cursor of a grid: arrows, j k, Home, End, Page keys, Enter opens, x or Space selects. */
export function useGridKeys({ count, page = 10, onOpen, onSelect, onMove }: GridKeys) {
  const [cursor, setCursor] = useState(-1);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(count - 1, to));
    setCursor(next);
    onMove?.(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const steps: Record<string, number> = {
      ArrowDown: cursor + 1,
      j: cursor + 1,
      ArrowUp: cursor - 1,
      k: cursor - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: 0,
      End: count - 1,
    };
    const to = steps[event.key];
    if (to !== undefined && count > 0) {
      event.preventDefault();
      event.stopPropagation();
      move(to);
    } else if (event.key === "Enter" && cursor >= 0) {
      event.preventDefault();
      onOpen?.(cursor);
    } else if ((event.key === "x" || event.key === " ") && cursor >= 0 && onSelect) {
      event.preventDefault();
      event.stopPropagation();
      onSelect(cursor);
    }
  };
  return { cursor: Math.min(cursor, count - 1), setCursor, onKeyDown };
}
