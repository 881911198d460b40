/** Writes TNEF streams by [MS-OXTNEF], for tests. */
const u16 = (value: number): Buffer => Buffer.from([value & 255, value >> 8]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

export function attribute(level: 1 | 2, id: number, data: Buffer): Buffer {
  const sum = data.reduce((total, byte) => (total + byte) & 0xffff, 0);
  return Buffer.concat([Buffer.from([level]), u32(id), u32(data.length), data, u16(sum)]);
}

/** A property whose value is text (UTF-16) or bytes. */
export function property(id: number, value: string | Buffer, type = typeof value === 'string' ? 0x1f : 0x102): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(`${value}\0`, 'utf16le') : value;
  return Buffer.concat([u16(type), u16(id), u32(1), u32(bytes.length), padded(bytes)]);
}

export const properties = (...list: readonly Buffer[]): Buffer => Buffer.concat([u32(list.length), ...list]);

export const tnef = (...attributes: readonly Buffer[]): Buffer =>
  Buffer.concat([
    u32(0x223e9f78),
    u16(1),
    attribute(1, 0x00089006, u32(0x00010000)),
    attribute(1, 0x00069007, Buffer.concat([u32(1250), u32(0)])),
    ...attributes,
  ]);

/** One attached file: the old name in the code page, the long one in Unicode. */
export const attachedFile = (shortName: string, longName: string, content: Buffer, ...more: readonly Buffer[]): readonly Buffer[] => [
  attribute(2, 0x00069002, Buffer.alloc(14)),
  attribute(2, 0x00018010, Buffer.from(`${shortName}\0`, 'latin1')),
  attribute(2, 0x0006800f, content),
  attribute(2, 0x00069005, properties(property(0x3707, longName), ...more)),
];

export const messageProperties = (...list: readonly Buffer[]): Buffer => attribute(1, 0x00069003, properties(...list));

/** PR_RTF_COMPRESSED without compression ([MS-OXRTFCP] §2.1.3.1.5). */
export const storedRtf = (rtf: string): Buffer =>
  Buffer.concat([u32(rtf.length + 12), u32(rtf.length), u32(0x414c454d), u32(0), Buffer.from(rtf, 'latin1')]);
