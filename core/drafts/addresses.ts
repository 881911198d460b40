import type { NamedAddress } from '../lib/email-address.ts';
import { InvalidError } from '../lib/errors.ts';
import { readRecipients } from '../messages/typed-recipients.ts';
import type { Ticked } from './form.ts';
import type { DraftFields } from './types.ts';

/** One recipient as `readRecipients` reads it back. */
export const withName = ({ address, name }: NamedAddress): string => (name ? `"${name.replace(/["\\\r\n]/g, ' ')}" <${address}>` : address);

/** Who something is sent on to. Raises invalid for what is no address. */
export function addressesOfForward(fields: DraftFields): readonly NamedAddress[] {
  const { addresses, wrong } = readRecipients(fields.forward?.to ?? '');
  if (wrong.length > 0) throw new InvalidError({ forwardTo: 'messages.problems.address' });
  return addresses;
}

/** The addresses of a composer. Ticked suggestions come first. Raises invalid for what is no address. */
export function addressesOf(
  fields: Pick<DraftFields, 'moreTo' | 'cc' | 'bcc'>,
  ticked: Ticked,
): {
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly bcc: readonly NamedAddress[];
} {
  const to = readRecipients([...ticked.to, fields.moreTo].join(','));
  const cc = readRecipients([...ticked.copied, fields.cc].join(','));
  const bcc = readRecipients(fields.bcc);
  if (to.wrong.length + cc.wrong.length + bcc.wrong.length > 0) throw new InvalidError({ to: 'messages.problems.address' });
  return { to: to.addresses, cc: cc.addresses, bcc: bcc.addresses };
}
