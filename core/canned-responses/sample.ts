import { type LetterValues, NOTHING } from './variables.ts';

/** Stands for a customer and his conversation where a letter is tried; what is known of the sender goes above it. */
export const SAMPLE_CONTACT: LetterValues = {
  ...NOTHING,
  'contact.name': 'Anna Nowak',
  'contact.first_name': 'Anna',
  'conversation.number': '1234',
  'conversation.subject': 'Zamówienie 77/2026',
};
