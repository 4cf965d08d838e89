import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { uiConfigQuery } from "@/api/queries";
import text from "@/styles/text.module.css";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import field from "@/ui/Field.module.css";
import { Select } from "@/ui/Select";
import styles from "./Admin.module.css";

const ROLES = [
  { value: "viewer", hint: "looks at everything" },
  { value: "operator", hint: "runs and changes things" },
  { value: "approver", hint: "approves what operators propose" },
  { value: "auditor", hint: "reads the audit" },
  { value: "admin", hint: "manages accounts and settings" },
];

/** Roles for all services, and roles for one. */
export function RolePicker({
  roles,
  onChange,
}: {
  roles: readonly string[];
  onChange: (roles: string[]) => void;
}) {
  const services = useQuery(uiConfigQuery).data?.services ?? [];
  const [service, setService] = useState<string | null>(services[0]?.name ?? null);
  const [role, setRole] = useState("operator");
  const scoped = roles.filter((one) => one.includes(":"));
  const added = service === null ? null : `${service}:${role}`;
  const toggle = (one: string, on: boolean) =>
    onChange(on ? [...roles, one] : roles.filter((other) => other !== one));
  return (
    <div className={styles.roles}>
      <span className={field.label}>Roles for all services</span>
      {ROLES.map((one) => (
        <Checkbox
          key={one.value}
          isSelected={roles.includes(one.value)}
          onChange={(on) => toggle(one.value, on)}
        >
          <span>
            {one.value} <span className={field.hint}>{one.hint}</span>
          </span>
        </Checkbox>
      ))}
      {services.length > 0 ? (
        <>
          <span className={field.label}>Roles for one service</span>
          {scoped.map((one) => (
            <Checkbox key={one} isSelected onChange={(on) => toggle(one, on)}>
              <code>{one}</code>
            </Checkbox>
          ))}
          <div className={text.row}>
            <Select
              label="Service"
              hideLabel
              options={services.map((one) => ({ value: one.name, text: one.title }))}
              value={service}
              onChange={setService}
            />
            <Select
              label="Role"
              hideLabel
              options={ROLES.filter((one) => one.value !== "admin").map((one) => ({
                value: one.value,
                text: one.value,
              }))}
              value={role}
              onChange={setRole}
            />
            <Button
              isDisabled={added === null || roles.includes(added)}
              onPress={() => added !== null && toggle(added, true)}
            >
              Add role
            </Button>
          </div>
        </>
      ) : null}
    </div>
  );
}
