import { X } from "lucide-react";
import { useState } from "react";
import { counted } from "@/format/numbers";
import { formatDate } from "@/format/time";
import { Button, IconButton } from "@/ui/Button";
import { DateField } from "@/ui/DateField";
import styles from "./Configuration.module.css";
import { Cell, Choice, useForm, useLook } from "./form";
import { Section } from "./Section";

/** On which days a session starts by itself. */
export function RecurrenceSection({ today }: { today: string }) {
  const { fields, edit } = useForm();
  const [day, setDay] = useState<string | null>(null);
  const look = useLook("skip_dates");
  const days = [...fields.skip_dates].sort();
  const past = days.filter((one) => one < today);
  return (
    <Section title="Recurrence" sub="sessions that start by themselves">
      <Choice name="recurrence" hint="While active; not after a panic or a stop by hand" />
      <Cell name="skip_dates" wide>
        <div className={styles.adding}>
          <DateField {...look} label="Skip a day" optional value={day} onChange={setDay} />
          <Button
            isDisabled={day === null || days.includes(day)}
            onPress={() => {
              if (day !== null) {
                edit({ skip_dates: [...days, day].sort() });
                setDay(null);
              }
            }}
          >
            Add day
          </Button>
          {past.length > 0 ? (
            <Button
              kind="quiet"
              onPress={() => edit({ skip_dates: days.filter((one) => one >= today) })}
            >
              Remove {counted(past.length, "past day")}
            </Button>
          ) : null}
        </div>
        {days.length === 0 ? null : (
          <ul className={styles.days} aria-label="Days without a session, IST">
            {days.map((one) => (
              <li key={one}>
                {formatDate(one)}
                <IconButton
                  label={`Do not skip ${formatDate(one)}`}
                  small
                  onPress={() => edit({ skip_dates: days.filter((other) => other !== one) })}
                >
                  <X size={12} />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
      </Cell>
    </Section>
  );
}
