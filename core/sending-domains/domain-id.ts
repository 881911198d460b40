import type { WriteScope } from '../db/scope.ts';
import { sendingDomainId } from './store.ts';
import type { SendingDomainId } from './types.ts';

/** The id of a domain that we write from, made when it has none yet. */
export const idOfDomain = (tx: WriteScope, domain: string): Promise<SendingDomainId> => sendingDomainId(tx, domain);
