import { InvalidError } from '../lib/errors.ts';
import { type LiquidValues, renderLiquid } from '../lib/liquid.ts';
import { storable } from '../lib/text.ts';
import type { Acknowledgement, AcknowledgementFacts } from './types.ts';

const MAX_SUBJECT_CHARS = 150;
const MAX_NAME_CHARS = 40;
/** A name of a person, and nothing that could be read as an address, a link or an offer. */
const NAME = /^\p{L}[\p{L}\p{M} .'’-]*$/u;
const LINK = /www|\.\p{L}{2}/iu;

/**
 * The name a stranger gave himself, when it looks like one; else ''. Whoever forges a sender writes this text into a mail that we send
 * to somebody else, so it must be too poor to carry a message.
 */
export function modestName(name: string): string {
  const line = storable(name).replace(/\s+/g, ' ').trim();
  const words = line.split(' ').length;
  return line.length <= MAX_NAME_CHARS && words <= 4 && NAME.test(line) && !LINK.test(line) ? line : '';
}

const valuesOf = (facts: AcknowledgementFacts): LiquidValues => ({
  contact: { name: modestName(facts.contactName) },
  conversation: { number: facts.conversationNumber },
  inbox: { name: facts.inboxName },
  company: {
    '': facts.company,
    ...Object.fromEntries(Object.entries(facts.companyValues).map(([name, value]) => [name.slice('company.'.length), value])),
  },
});

/** Subject and text as they are sent. Raises invalid with the field whose Liquid is wrong, or that would be empty. */
export function fillIn(texts: Pick<Acknowledgement, 'subject' | 'text'>, facts: AcknowledgementFacts): { subject: string; text: string } {
  const values = valuesOf(facts);
  const subject = renderLiquid(texts.subject, values);
  if ('problem' in subject) throw new InvalidError({ subject: 'acknowledgements.problems.liquid' });
  const text = renderLiquid(texts.text, values);
  if ('problem' in text) throw new InvalidError({ text: 'acknowledgements.problems.liquid' });
  const line = subject.text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_SUBJECT_CHARS)
    .toWellFormed();
  const body = text.text.replaceAll('\r\n', '\n').trim();
  if (line === '') throw new InvalidError({ subject: 'forms.required' });
  if (body === '') throw new InvalidError({ text: 'forms.required' });
  return { subject: line, text: body };
}
