import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { Separator } from "react-aria-components/Separator";
import { cx } from "./cx";
import styles from "./Overlay.module.css";

export interface MenuAct {
  id: string;
  text: string;
  /** Why it cannot be done now, or what it does. */
  hint?: string;
  icon?: ReactNode;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  selected?: boolean;
  onAct: () => void;
}

export interface MenuProps {
  label: string;
  /** `null` draws a separator. */
  items: (MenuAct | null)[];
  /** The button. */
  children: ReactElement;
  defaultOpen?: boolean;
}

/** A button with a list of acts. */
export function Menu({ label, items, children, defaultOpen }: MenuProps) {
  return (
    <MenuTrigger defaultOpen={defaultOpen}>
      {children}
      <Popover className={styles.popover} offset={4}>
        <MenuList label={label} items={items} />
      </Popover>
    </MenuTrigger>
  );
}

function MenuList({ label, items }: Omit<MenuProps, "children">) {
  const separators = items.map((item, index) => (item === null ? `separator-${index}` : item.id));
  return (
    <AriaMenu aria-label={label}>
      {items.map((item, index) =>
        item === null ? (
          <Separator key={separators[index]} className={styles.separator} />
        ) : (
          <MenuItem
            key={item.id}
            id={item.id}
            textValue={item.text}
            className={cx(styles.item, item.danger && styles.bad)}
            isDisabled={item.disabled}
            onAction={item.onAct}
          >
            {item.icon}
            <span className={styles.itemText}>
              {item.text}
              {item.hint === undefined ? null : <span className={styles.hint}>{item.hint}</span>}
            </span>
            {item.selected ? <Check size={14} aria-label="selected" /> : null}
            {item.keys === undefined ? null : <kbd>{item.keys}</kbd>}
          </MenuItem>
        ),
      )}
    </AriaMenu>
  );
}
