import type { TextEncoding } from './source.ts';

/** The bytes of a text in an encoding of one or two bytes a character, which nothing but decoders is at hand for. */
export function bytesIn(encoding: TextEncoding, text: string): Uint8Array<ArrayBuffer> {
  const decoder = new TextDecoder(encoding);
  const known = new Map<string, number[]>();
  const learn = (bytes: number[]) => {
    const read = decoder.decode(Uint8Array.from(bytes));
    if (!known.has(read)) known.set(read, bytes);
  };
  for (let byte = 0; byte < 0x100; byte++) learn([byte]);
  if (!encoding.startsWith('windows-'))
    for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) learn([lead, trail]);
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const bytes = known.get(character);
      if (bytes === undefined) throw new Error(`${character} is not in ${encoding}`);
      return bytes;
    }),
  );
}
