import { sanitiseWithin } from '../lib/sanitise-html.ts';
import { storable } from '../lib/text.ts';
import type { AttachmentReading } from '../plugins/contract.ts';
import { address, addresses, instant, visibleLine } from './bounded.ts';
import { saidText } from './said-text.ts';
import type { StoredReading } from './types.ts';

const MAX_TEXT_CHARS = 200_000;
const MAX_HTML_CHARS = 500_000;

/** What is left for the readings of one message. */
export interface ReadingBudget {
  chars: number;
}

/** A reading bounded, storable and sanitised. What is beyond the budget is left out; the file itself is whole. */
export function prepareReading(reading: AttachmentReading, budget: ReadingBudget): StoredReading {
  if (reading.kind === 'invitation') return { ...reading, title: lineOrNull(reading.title), location: lineOrNull(reading.location) };
  const html = reading.html === null ? null : sanitiseWithin(storable(reading.html), Math.min(MAX_HTML_CHARS, budget.chars));
  budget.chars -= Math.min(html?.length ?? 0, budget.chars);
  const text = saidText(reading.text, html);
  return {
    kind: 'message',
    from: address(reading.from),
    to: addresses(reading.to),
    cc: addresses(reading.cc),
    subject: lineOrNull(reading.subject),
    sentAt: instant(reading.sentAt),
    text: storable(take(text, MAX_TEXT_CHARS, budget)),
    html,
  };
}

const lineOrNull = (text: string | null): string | null => (text === null ? null : visibleLine(text));

function take(text: string, maxChars: number, budget: ReadingBudget): string {
  const taken = text.slice(0, Math.min(maxChars, budget.chars)).toWellFormed();
  budget.chars -= taken.length;
  return taken;
}
