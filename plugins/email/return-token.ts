import { addressTag } from './address-tag.ts';

const TAG = addressTag('b.', /^[a-z0-9-]{8,40}$/);

/** `biuro+b.<token>@firma.pl`, the envelope sender to which a mail server returns what it cannot deliver; null when it would not be valid. */
export const withReturnToken = TAG.add;

/** The token in one address, or null. Whether it is genuine, core finds out. */
export const returnTokenIn = TAG.find;
