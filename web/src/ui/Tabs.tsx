import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components/Tabs";
import { cx } from "./cx";
import styles from "./Tabs.module.css";

export interface TabItem {
  id: string;
  title: ReactNode;
  count?: string;
  content: ReactNode;
}

export interface TabsProps {
  label: string;
  tabs: readonly TabItem[];
  selected: string;
  onSelect: (id: string) => void;
  /** Stands at the right end of the head. */
  end?: ReactNode;
  fill?: boolean;
}

/** Views of the same thing; keep the selected one in the address. */
export function Tabs({ label, tabs, selected, onSelect, end, fill }: TabsProps) {
  return (
    <AriaTabs
      className={cx(styles.tabs, fill && styles.fill)}
      selectedKey={selected}
      onSelectionChange={(key) => onSelect(String(key))}
    >
      <div className={styles.list}>
        <TabList aria-label={label} className={styles.list} style={{ padding: 0, border: 0 }}>
          {tabs.map((tab) => (
            <Tab key={tab.id} id={tab.id} className={styles.tab}>
              {tab.title}
              {tab.count === undefined ? null : <span className={styles.count}>{tab.count}</span>}
            </Tab>
          ))}
        </TabList>
        {end ? <div className={styles.end}>{end}</div> : null}
      </div>
      {tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className={styles.panel}>
          {tab.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
