/** One property of a MAPI list: its id and its value as bytes. Strings of type `unicode` are UTF-16LE, of type `ansi` in the mail's code page. */
export interface MapiProperty {
  readonly id: number;
  readonly type: 'binary' | 'unicode' | 'ansi' | 'fixed';
  readonly value: Buffer;
}

const MAX_PROPERTIES = 2000;
const MULTI_VALUED = 0x1000;
const VARIABLE: Readonly<Record<number, MapiProperty['type']>> = { 13: 'binary', 30: 'ansi', 31: 'unicode', 258: 'binary' };
/** Bytes that a value of fixed size takes, padded to 4 ([MS-OXCDATA] §2.11.1). */
const FIXED: Readonly<Record<number, number>> = {
  2: 4,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 4,
  20: 8,
  64: 8,
  72: 16,
};

/** Reads a property list as TNEF holds it ([MS-OXTNEF] §2.1.3.4): of several values the first; what is damaged ends the list. */
export function readProperties(bytes: Buffer): readonly MapiProperty[] {
  const found: MapiProperty[] = [];
  const reader = { at: 4 };
  const count = bytes.length < 4 ? 0 : Math.min(bytes.readUInt32LE(0), MAX_PROPERTIES);
  while (found.length < count) {
    const property = readProperty(bytes, reader);
    if (!property) break;
    found.push(property);
  }
  return found;
}

function readProperty(bytes: Buffer, reader: { at: number }): MapiProperty | null {
  if (reader.at + 8 > bytes.length) return null;
  const type = bytes.readUInt16LE(reader.at);
  const id = bytes.readUInt16LE(reader.at + 2);
  reader.at += 4;
  if (id >= 0x8000 && !skipName(bytes, reader)) return null;
  const base = type & ~MULTI_VALUED;
  const variable = VARIABLE[base];
  const isMany = variable !== undefined || (type & MULTI_VALUED) !== 0;
  const values = isMany ? number(bytes, reader) : 1;
  if (values === null || values > MAX_PROPERTIES) return null;
  let first: Buffer | null = null;
  for (let i = 0; i < values; i += 1) {
    const size = variable === undefined ? (FIXED[base] ?? null) : number(bytes, reader);
    if (size === null || reader.at + size > bytes.length) return null;
    first ??= bytes.subarray(reader.at, reader.at + size);
    reader.at += Math.ceil(size / 4) * 4;
  }
  return { id, type: variable ?? 'fixed', value: first ?? Buffer.alloc(0) };
}

/** A named property carries a GUID and a number or a name in front of its value. */
function skipName(bytes: Buffer, reader: { at: number }): boolean {
  reader.at += 16;
  const kind = number(bytes, reader);
  const size = kind === null ? null : number(bytes, reader);
  if (kind === null || size === null) return false;
  if (kind !== 0) reader.at += Math.ceil(size / 4) * 4;
  return reader.at <= bytes.length;
}

function number(bytes: Buffer, reader: { at: number }): number | null {
  if (reader.at + 4 > bytes.length) return null;
  reader.at += 4;
  return bytes.readUInt32LE(reader.at - 4);
}
