import type { SMTPServerError } from 'smtp-server';

/** An SMTP answer as the library wants it from a handler. A text may begin with its own enhanced status code (RFC 3463). */
export const reply = (responseCode: number, message: string): SMTPServerError => Object.assign(new Error(message), { responseCode });
