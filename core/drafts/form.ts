import { z } from 'zod';
import { AppError } from '../lib/errors.ts';
import { parseId } from '../lib/ids.ts';
import type { TypedMoment } from './schedule.ts';
import type { DraftInput } from './types.ts';

const TEXT = z.string().catch('');
const MAX_CHARS = 500_000;

const MOMENT = z.string().max(40).catch('');
const YES = z
  .unknown()
  .optional()
  .transform((value) => value === 'yes');

/** More than a message may have recipients: what is too much is refused, not left out. */
const LIST = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .catch([])
  .transform((all) => all.slice(0, 500));

/** One parse of the composer's fields for saving and for sending. What is missing or of the wrong kind counts as empty. */
const composer = z.object({
  kind: z.enum(['reply', 'note', 'forward', 'new']).catch('reply'),
  text: TEXT,
  html: TEXT,
  to: LIST,
  copied: LIST,
  onlySender: YES,
  offeredTo: LIST,
  offeredCopies: LIST,
  moreTo: TEXT,
  cc: TEXT,
  bcc: TEXT,
  subject: z
    .string()
    .catch('')
    .transform((text) => text.replace(/\s+/g, ' ').trim().slice(0, 500)),
  inboxId: z
    .unknown()
    .optional()
    .transform((value) => parseId<'inboxes'>(value)),
  quoted: YES,
  dropped: z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .catch([])
    .transform((all) => all.slice(0, 200).flatMap((one) => parseId<'draft_attachments'>(one) ?? [])),
  macroId: z
    .unknown()
    .optional()
    .transform((value) => parseId<'canned_responses'>(value)),
  macroSays: z.string().max(2_000).catch(''),
  macroOff: YES,
  forwardTo: z.string().nullable().catch(null),
  forwardOf: z
    .unknown()
    .optional()
    .transform((value) => parseId<'messages'>(value)),
  forwardFiles: YES,
  close: YES,
  unfilled: YES,
  stopsOnAnswer: YES,
  sendAt: MOMENT,
  sendAtLocal: MOMENT,
});

/** What names the composer; null when it is none of ours. */
export const readOnce = (value: unknown): string | null => (typeof value === 'string' && /^[a-z0-9]{16,64}$/.test(value) ? value : null);

/** What a pressed button said about the sending. */
export interface Manner extends TypedMoment {
  readonly close: boolean;
  /** Its author sends it with places that nobody has filled in. */
  readonly unfilled: boolean;
  readonly stopsOnAnswer: boolean;
}

/** The recipients that stood ticked. */
export interface Ticked {
  readonly to: readonly string[];
  readonly copied: readonly string[];
}

/**
 * What the composer held when it was saved or sent. Recipients left as they were offered are none of the draft's: later it takes what is offered then.
 * Raises `text_too_long` rather than leave out what does not fit: the words stay where they were typed.
 */
export function readComposer(form: Readonly<Record<string, unknown>>): {
  readonly draft: DraftInput;
  readonly manner: Manner;
  readonly ticked: Ticked;
} {
  const {
    kind,
    text,
    html,
    close,
    unfilled,
    sendAt,
    sendAtLocal,
    stopsOnAnswer,
    macroId,
    macroSays,
    macroOff,
    forwardTo,
    forwardOf,
    forwardFiles,
    ...more
  } = composer.parse(form);
  if ([text, html, more.moreTo, more.cc, more.bcc, forwardTo ?? ''].some(({ length }) => length > MAX_CHARS))
    throw new AppError('text_too_long', 413, `A message may have ${MAX_CHARS} characters, its formatting included`, {
      help: 'Shorten it, or attach it as a file.',
    });
  const { to, copied, onlySender, offeredTo, offeredCopies, ...rest } = more;
  const ticked = { to, copied: onlySender ? [] : copied };
  const isUntouched = JSON.stringify(ticked) === JSON.stringify({ to: offeredTo, copied: offeredCopies });
  const fields = {
    ...rest,
    ...(isUntouched ? { to: null, copied: null } : ticked),
    macro: macroId && { id: macroId, says: macroSays, off: macroOff },
    forward: forwardTo === null ? null : { to: forwardTo, of: forwardOf, files: forwardFiles },
  };
  return {
    draft: { kind, text: text.replaceAll('\r\n', '\n'), html, fields },
    manner: { close, unfilled, sendAt, sendAtLocal, stopsOnAnswer },
    ticked,
  };
}
