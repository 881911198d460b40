import type { DeliveryId, MessageId } from '../lib/ids.ts';
import { parseId } from '../lib/ids.ts';
import { equalSecrets, type Keyring } from '../lib/secrets.ts';

/** What a token in a return address stands for. */
export type Returned = { readonly kind: 'delivery'; readonly id: DeliveryId } | { readonly kind: 'message'; readonly id: MessageId };

/** Names deliveries and messages in return addresses, so that what comes back tells what it is about. Nobody else can make one. */
export interface ReturnTokens {
  /** At most 32 characters out of a-z, 0-9 and hyphen: safe in a local part, unaffected by case. */
  forDelivery(id: DeliveryId): string;
  forMessage(id: MessageId): string;
  /** Null for a token that is not ours. */
  read(token: string): Returned | null;
}

const PURPOSE = 'return-token';
/** 80 bits, in hexadecimal. */
const MAC_CHARS = 20;

export function returnTokens(keyring: Keyring): ReturnTokens {
  const mac = (name: string): string => Buffer.from(keyring.sign(PURPOSE, name), 'base64url').toString('hex').slice(0, MAC_CHARS);
  const token = (name: string): string => `${name}-${mac(name)}`;
  return {
    forDelivery: (id) => token(`d${id}`),
    forMessage: (id) => token(`m${id}`),
    read: (text) => {
      const [, name = '', kind = '', digits = ''] = /^((d|m)(\d{1,10}))-[0-9a-f]{20}$/.exec(text) ?? [];
      if (name === '' || !equalSecrets(text, token(name))) return null;
      const [deliveryId, messageId] = [parseId<'deliveries'>(digits), parseId<'messages'>(digits)];
      if (deliveryId === null || messageId === null) return null;
      return kind === 'd' ? { kind: 'delivery', id: deliveryId } : { kind: 'message', id: messageId };
    },
  };
}

/** Where no return address carries a token. */
export const NO_TOKENS: Pick<ReturnTokens, 'read'> = { read: () => null };
