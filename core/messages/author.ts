import { untaggedKey } from '../contacts/address.ts';
import { domainOf, type NamedAddress } from '../lib/email-address.ts';
import type { Endpoints } from './endpoint.ts';
import type { BareMessage } from './row.ts';

/** What programs of a website call themselves that send what visitors write in its forms. */
const PROGRAM =
  /^(?:wordpress|joomla|drupal|prestashop|woocommerce|shop|sklep|www(?:-data)?|web(?:site|master|form)?|strona|form(?:ularz|s|mail)?|kontakt|contact|php|apache|nginx|nobody|system|serwis|mailer|automat|robot|no[._-]?reply|do[._-]?not[._-]?reply|nie[._-]?odpowiadaj|powiadomienia|notifications?)(?:[+._-].*)?$/i;

type Written = { readonly [K in 'from' | 'replyTo']: BareMessage[K] } & { readonly machine?: BareMessage['machine'] };

/**
 * Whose words a message holds, to be its contact. A form of our website, or a group of ours that rewrites the sender, mails under our own name and says in
 * Reply-To who wrote. Only there is that believed, of one person, and not of a newsletter; the name is his own, since the other may be the program's.
 */
export function authorOf(endpoints: Pick<Endpoints, 'isOurs' | 'isOurDomain'>, { from, replyTo, machine }: Written): NamedAddress {
  const isOurs = (address: string): boolean => endpoints.isOurs(untaggedKey(address));
  const isProgram =
    PROGRAM.test(from.address.slice(0, from.address.lastIndexOf('@'))) && endpoints.isOurDomain(domainOf(untaggedKey(from.address)));
  if (machine === 'bulk' || !(isOurs(from.address) || isProgram)) return from;
  const [author, ...others] = replyTo.filter(({ address }) => !isOurs(address));
  return author && others.length === 0 ? author : from;
}
