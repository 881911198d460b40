import { readFileSync } from 'node:fs';

export const SECONDS_KEPT = 300;

/** One of the files that visitors' browsers load. */
export const frameFile = (name: string): string => readFileSync(new URL(`../../views/widget/${name}`, import.meta.url), 'utf8');
