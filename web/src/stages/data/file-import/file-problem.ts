/** Why a file cannot be read as texts. */
export type FileProblemCode =
  | 'too-large'
  | 'empty'
  | 'binary'
  | 'encoding'
  | 'ragged'
  | 'quote'
  | 'header'
  | 'json'
  | 'json-lines'
  | 'repeated-key'
  | 'half-character'
  | 'too-many'
  | 'too-long'
  | 'number'
  | 'split'
  | 'no-training'
  | 'task-names';

/** A file that cannot be read, with the place of the first thing that is wrong. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
  readonly code: FileProblemCode;
  /** Line of the file from 1; null where the file as a whole is meant. */
  readonly line: number | null;
  /** Offset in the file in bytes from 0; null where it is not known. */
  readonly byte: number | null;

  constructor(code: FileProblemCode, line: number | null = null, byte: number | null = null) {
    super(`${code} at line ${line}, byte ${byte}`);
    this.code = code;
    this.line = line;
    this.byte = byte;
  }
}
