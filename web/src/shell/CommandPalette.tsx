import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ArrowRight, LogOut, Moon, Play, Search } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { uiConfigQuery } from "@/api/queries";
import { listedPages, pagePath, runningModules } from "@/services/registry";
import { signOut } from "@/session/session";
import { cx } from "@/ui/cx";
import overlay from "@/ui/Overlay.module.css";
import { type Command, useRegisteredCommands } from "./commands";
import styles from "./Overlays.module.css";
import { closeOverlay, openOverlay } from "./overlays";
import { noteRun, type PaletteRow, paletteRows } from "./palette";
import { setPref, shownTheme } from "./prefs";
import { shownKeys } from "./shortcuts";

/** Ctrl K: do, go, find. The field keeps the focus; arrows choose, Enter runs. */
export default function CommandPalette() {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const commands = [...useRegisteredCommands(), ...shellCommands()];
  const pages = usePages();
  const found = useFound(query);
  const rows = paletteRows(query, commands, pages, found);
  const at = Math.min(chosen, Math.max(0, rows.length - 1));

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });
  const run = (row: PaletteRow | undefined) => {
    if (row === undefined || row.reason !== undefined) {
      return;
    }
    if (row.group !== "Find") {
      noteRun(row.id);
    }
    closeOverlay();
    row.run();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 8,
      PageUp: -8,
    };
    const by = moves[event.key];
    if (by !== undefined) {
      event.preventDefault();
      const size = Math.max(1, rows.length);
      setChosen(
        Math.abs(by) === 1 ? (at + by + size) % size : Math.min(size - 1, Math.max(0, at + by)),
      );
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(rows[at]);
    }
  };

  return (
    <ModalOverlay
      className={cx(overlay.scrim, overlay.top)}
      isOpen
      isDismissable
      onOpenChange={closeOverlay}
    >
      <Modal className={overlay.modal} style={{ width: "min(600px, 100%)" }}>
        <Dialog className={styles.palette} aria-label="Search or run a command">
          <div className={styles.query}>
            <Search size={16} aria-hidden />
            <input
              autoFocus
              role="combobox"
              aria-label="Search or run a command"
              aria-expanded="true"
              aria-controls={`${id}-list`}
              aria-activedescendant={rows.length > 0 ? `${id}-${at}` : undefined}
              aria-autocomplete="list"
              placeholder="Do, go, find…"
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setChosen(0);
              }}
              onKeyDown={onKeyDown}
            />
            <kbd>Esc</kbd>
          </div>
          <div
            ref={list}
            id={`${id}-list`}
            role="listbox"
            aria-label="Results"
            className={styles.list}
          >
            {rows.map((row, index) => (
              <Row
                key={`${row.group}:${row.id}`}
                id={`${id}-${index}`}
                row={row}
                first={rows[index - 1]?.group !== row.group}
                selected={index === at}
                onHover={() => setChosen(index)}
                onRun={() => run(row)}
              />
            ))}
            {rows.length === 0 ? (
              <div className={styles.none}>Nothing has "{query}" in it</div>
            ) : null}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Row(props: {
  id: string;
  row: PaletteRow;
  first: boolean;
  selected: boolean;
  onHover: () => void;
  onRun: () => void;
}) {
  const { id, row, first, selected, onHover, onRun } = props;
  return (
    <>
      {first ? (
        <div className={styles.group} role="presentation">
          {row.group}
        </div>
      ) : null}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={selected}
        aria-disabled={row.reason !== undefined}
        className={styles.row}
        onPointerMove={onHover}
        onClick={onRun}
        onKeyDown={() => undefined}
      >
        {row.icon ?? <ArrowRight size={16} aria-hidden />}
        <span className={styles.rowText}>{row.text}</span>
        <span className={styles.rowHint}>{row.reason ?? row.hint}</span>
        {row.keys ? <kbd>{shownKeys(row.keys)}</kbd> : null}
      </div>
    </>
  );
}

function shellCommands(): Command[] {
  const next = shownTheme() === "dark" ? "light" : "dark";
  return [
    {
      id: "shell.theme",
      text: `Use ${next} theme`,
      icon: <Moon size={16} />,
      run: () => setPref("theme", next),
    },
    {
      id: "shell.keys",
      text: "Show keys of this screen",
      keys: "?",
      icon: <Play size={16} />,
      run: () => openOverlay("keys"),
    },
    {
      id: "shell.password",
      text: "Change password…",
      icon: <Play size={16} />,
      run: () => openOverlay("password"),
    },
    { id: "shell.out", text: "Sign out", icon: <LogOut size={16} />, run: () => void signOut() },
  ];
}

function usePages(): PaletteRow[] {
  const navigate = useNavigate();
  const config = useQuery(uiConfigQuery).data;
  return useMemo(() => {
    const row = (to: string, text: string, hint: string, keys?: string): PaletteRow => ({
      id: `go:${to}`,
      group: "Go",
      text,
      hint,
      keys,
      run: () => void navigate({ to }),
    });
    const services = runningModules(config).flatMap((module) => [
      row(`/${module.name}`, module.title, "Service", module.go ? `g ${module.go}` : undefined),
      ...listedPages(module, config?.mode)
        .filter((page) => page.path !== "")
        .map((page) => row(pagePath(module, page.path), page.title, module.title)),
    ]);
    return [
      row("/", "Home", "Platform", "g h"),
      ...services,
      row("/logs", "Logs", "Platform", "g o"),
      row("/jobs", "Jobs", "Platform", "g j"),
      row("/status", "Health", "Platform"),
      row("/admin", "Administration", "Platform", "g a"),
    ].map((one) => {
      const module = runningModules(config).find((each) => one.id === `go:/${each.name}`);
      return module === undefined ? one : { ...one, icon: <module.Glyph /> };
    });
  }, [config, navigate]);
}

/** What services find for the text, and the two searches that always make sense. */
function useFound(query: string): PaletteRow[] {
  const navigate = useNavigate();
  const config = useQuery(uiConfigQuery).data;
  const text = query.trim();
  const modules = runningModules(config).filter((module) => module.find !== undefined);
  const results = useQueries({
    queries: modules.map((module) => ({
      queryKey: ["find", module.name, text],
      queryFn: ({ signal }: { signal: AbortSignal }) => module.find?.(text, signal) ?? [],
      enabled: text.length >= 2,
    })),
  });
  if (text.length < 2) {
    return [];
  }
  const go = (to: string, search: Record<string, string>) => () =>
    void navigate({ to, search: search as never });
  const found = results.flatMap((result, index) =>
    (result.data ?? []).map(
      (one): PaletteRow => ({
        id: one.id,
        group: "Find",
        text: one.text,
        hint: one.hint ?? modules[index]?.title,
        run: go(one.to, one.search ?? {}),
      }),
    ),
  );
  const icon = <Search size={16} />;
  return [
    ...found,
    {
      id: "find.logs",
      group: "Find",
      text: `Search the log for "${text}"`,
      hint: "Logs",
      icon,
      run: go("/logs", { search: text }),
    },
    {
      id: "find.correlation",
      group: "Find",
      text: `Open correlation or request "${text}"`,
      hint: "Logs",
      icon,
      run: go("/logs", { correlation: text }),
    },
  ];
}
