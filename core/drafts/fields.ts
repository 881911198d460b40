import { z } from 'zod';
import { type CannedResponseId, type DraftAttachmentId, type MessageId, parseId } from '../lib/ids.ts';
import type { DraftFields, DraftInput } from './types.ts';

const stored = z.object({
  to: z.array(z.string()).nullable().catch(null),
  copied: z.array(z.string()).nullish().catch(null),
  moreTo: z.string().catch(''),
  cc: z.string().catch(''),
  bcc: z.string().catch(''),
  subject: z.string().catch(''),
  quoted: z.boolean().catch(false),
  inboxId: z
    .unknown()
    .optional()
    .transform((value) => parseId<'inboxes'>(value)),
  macro: z
    .object({ id: z.int().transform((id) => id as CannedResponseId), says: z.string(), off: z.boolean() })
    .nullable()
    .catch(null),
  forward: z
    .object({
      to: z.string(),
      of: z
        .int()
        .transform((id) => id as MessageId)
        .nullable(),
      files: z.boolean(),
    })
    .nullable()
    .catch(null),
  dropped: z.array(z.int().transform((id) => id as DraftAttachmentId)).catch([]),
});

/** A draft from before copies were suggested keeps those that its author wrote. */
const fieldsSchema = stored.transform((fields) => ({
  ...fields,
  copied: fields.copied ?? (fields.copied === null || fields.to === null ? null : []),
}));

/** The other fields of the composer, from the text that a row keeps of them. */
export const readFields = (json: string): DraftFields => fieldsSchema.parse(JSON.parse(json));

/** Nothing was written and nobody was named; files are not asked about. */
export const isBlank = ({ text, html, fields }: Pick<DraftInput, 'text' | 'html' | 'fields'>): boolean =>
  text.trim() === '' &&
  html === '' &&
  [fields.moreTo, fields.cc, fields.bcc, fields.subject, fields.forward?.to ?? ''].every((value) => value.trim() === '');
