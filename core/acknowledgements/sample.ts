import type { AcknowledgementFacts } from './types.ts';

/** Stands for a customer where a text is tried; the names of the inbox and company are put in by the caller. */
export const SAMPLE: AcknowledgementFacts = {
  contactName: 'Anna Nowak',
  conversationNumber: '1234',
  inboxName: 'Biuro',
  company: 'Firma',
  companyValues: {},
};
