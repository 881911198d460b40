import { AppError } from '../lib/errors.ts';
import type { CompanyFile } from './types.ts';

/** A virus was found in it after it had been added. */
export class FileWithheldError extends AppError {
  constructor(virus: string) {
    super('file_withheld', 403, `There is a virus in this file: ${virus}`, {
      help: 'Delete it, and check the computer that it came from.',
    });
  }
}

/** Raises file_withheld; of a file of our own nobody has to see what is in it, so administrators do not get it either. */
export function expectHarmlessFile({ virus }: Pick<CompanyFile, 'virus'>): void {
  if (virus?.state === 'infected') throw new FileWithheldError(virus.name ?? '');
}
