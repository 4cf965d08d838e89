/** Reads and changes a structure by JSON pointer; nothing is changed in place. */

export type Json = unknown;

export function partsOf(pointer: string): string[] {
  return pointer === ""
    ? []
    : pointer
        .replace(/^#?\//, "")
        .split("/")
        .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export const pointerOf = (parts: readonly (string | number)[]): string =>
  parts.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** The list and the place in it: "/bonds/2" is ["/bonds", 2]. */
export function placeOf(pointer: string): [string, number] {
  const parts = partsOf(pointer);
  return [pointerOf(parts.slice(0, -1)), Number(parts.at(-1))];
}

export function readAt(root: Json, pointer: string): Json {
  let value = root;
  for (const part of partsOf(pointer)) {
    if (Array.isArray(value)) {
      value = value[Number(part)];
    } else if (typeof value === "object" && value !== null) {
      value = (value as Record<string, Json>)[part];
    } else {
      return undefined;
    }
  }
  return value;
}

/** The same structure with another value there; `undefined` leaves the member out. */
export function writeAt<Root>(root: Root, pointer: string, value: Json): Root {
  return write(root, partsOf(pointer), value) as Root;
}

function write(node: Json, [first, ...rest]: string[], value: Json): Json {
  if (first === undefined) {
    return value;
  }
  if (Array.isArray(node)) {
    const copy = [...node];
    copy[Number(first)] = write(copy[Number(first)], rest, value);
    return copy;
  }
  const copy = { ...(node as Record<string, Json> | undefined) };
  const next = write(copy[first], rest, value);
  if (next === undefined) {
    delete copy[first];
  } else {
    copy[first] = next;
  }
  return copy;
}

const listAt = (root: Json, pointer: string): Json[] => {
  const list = readAt(root, pointer);
  return Array.isArray(list) ? list : [];
};

export function insertAt<Root>(root: Root, list: string, index: number, value: Json): Root {
  const items = listAt(root, list);
  return writeAt(root, list, [...items.slice(0, index), value, ...items.slice(index)]);
}

/** An empty list stays an empty list. */
export function removeAt<Root>(root: Root, pointer: string): Root {
  const [list, index] = placeOf(pointer);
  return writeAt(
    root,
    list,
    listAt(root, list).filter((_, at) => at !== index),
  );
}

/** Moves an item inside its list; a place outside of the list changes nothing. */
export function moveAt<Root>(root: Root, list: string, from: number, to: number): Root {
  const items = [...listAt(root, list)];
  if (from === to || to < 0 || to >= items.length || from < 0 || from >= items.length) {
    return root;
  }
  const [moved] = items.splice(from, 1);
  items.splice(to, 0, moved);
  return writeAt(root, list, items);
}

/** Whether `pointer` is `ancestor` or lies in it. */
export const isWithin = (pointer: string, ancestor: string): boolean =>
  pointer === ancestor || pointer.startsWith(`${ancestor}/`);
