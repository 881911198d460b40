import { addressTag } from './address-tag.ts';

const TAG = addressTag('r.', /^[a-z0-9]{8,56}$/);

/** `biuro+r.<token>@firma.pl`, where an answer of the customer leads back to its conversation; null when it would not be a valid address. */
export const withReplyToken = TAG.add;

/** The conversation's token in one address, or null. Says nothing about whether the token is genuine. */
export const replyTokenIn = TAG.find;
