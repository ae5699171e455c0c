interface Field {
  field: number;
  value: number;
  bytes: Buffer;
}

/** Protobuf's wire format, as far as BuildKit's messages need it: https://protobuf.dev/programming-guides/encoding. Groups are not in use any more. */
export function* fields(buffer: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = buffer.readUInt8(at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < buffer.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    const kind = key % 8;
    const value = kind === 0 ? varint() : 0;
    const length = kind === 2 ? varint() : kind === 1 ? 8 : kind === 5 ? 4 : 0;
    if (at + length > buffer.length) throw new RangeError('the message is cut off');
    yield { field, value, bytes: buffer.subarray(at, at + length) };
    at += length;
  }
}

function find(bytes: Buffer, field: number): Field | undefined {
  for (const entry of fields(bytes)) if (entry.field === field) return entry;
  return undefined;
}

export function textOf(bytes: Buffer, field: number): string {
  return find(bytes, field)?.bytes.toString('utf8') ?? '';
}

export function numberOf(bytes: Buffer, field: number): number {
  return find(bytes, field)?.value ?? 0;
}

/** Seconds since 1970 of a google.protobuf.Timestamp. */
export function timeOf(bytes: Buffer, field: number): number | undefined {
  const time = find(bytes, field)?.bytes;
  return time && numberOf(time, 1) + numberOf(time, 2) / 1e9;
}

/** A message whose fields 1, 2 … are these texts. */
export function messageBytes(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text, index) => {
      const bytes = Buffer.from(text);
      return [Buffer.from([((index + 1) << 3) | 2, ...varintOf(bytes.length)]), bytes];
    }),
  );
}

function varintOf(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varintOf(Math.floor(value / 0x80))];
}
