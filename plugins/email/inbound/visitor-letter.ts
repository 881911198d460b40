import { domainOf } from '../../../core/lib/email-address.ts';
import { randomToken } from '../../../core/lib/secrets.ts';
import type { VisitorLetter, VisitorNote } from '../../../core/plugins/contract.ts';
import { oneLine, plainText } from '../outbound/one-line.ts';

/** What a visitor of the website wrote, as a mail from him to the inbox (RFC 5322). No server of his sent it, so nothing in it claims that one did. */
export async function visitorLetter({ from, subject, text, writtenAt }: VisitorNote, inboxAddress: string): Promise<VisitorLetter> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const mail = new MailComposer({
    from: { name: oneLine(from.name ?? ''), address: oneLine(from.address) },
    to: { name: '', address: inboxAddress },
    subject: oneLine(subject),
    messageId: `<widget.${randomToken(24)}@${domainOf(inboxAddress)}>`,
    date: writtenAt,
    text: plainText(text),
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: '\r\n',
  });
  return {
    contentType: 'message/rfc822',
    envelope: { source: 'website', mailFrom: from.address, rcptTo: JSON.stringify([inboxAddress]) },
    bytes: await mail.compile().build(),
  };
}
