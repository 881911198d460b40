import type { Scope } from '../db/scope.ts';
import { sumOfBytes } from './store.ts';

/** What the company's files take up; counts towards the limit of all. */
export const bytesOfFiles = (scope: Scope): Promise<number> => sumOfBytes(scope);
