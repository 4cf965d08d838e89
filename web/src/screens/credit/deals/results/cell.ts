/** The payment that is explained, in the address: "A@2026-05-15". */
export interface Cell {
  bond: string;
  date: string;
}

export const cellToText = (cell: Cell): string => `${cell.bond}@${cell.date}`;

export function cellFromText(text: string | undefined): Cell | null {
  const at = text?.lastIndexOf("@") ?? -1;
  if (text === undefined || at < 1 || !/^\d{4}-\d{2}-\d{2}$/.test(text.slice(at + 1))) {
    return null;
  }
  return { bond: text.slice(0, at), date: text.slice(at + 1) };
}
