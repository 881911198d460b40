import type { SendOutcome } from '../../../core/plugins/contract.ts';
import type { StartPeer } from '../../../test/contract/peer.ts';

/** The window of one visitor. */
const start: StartPeer = async () => {
  let state: SendOutcome['state'] = 'accepted';
  return {
    address: 'www',
    recipient: 'visitor-ab23',
    settings: { asksData: true, needsData: false },
    wrong: null,
    outcomes: ['accepted', 'deferred', 'refused'],
    answer: async (next) => {
      state = next;
    },
    toVisitor: async () => {
      if (state === 'deferred') throw new Error('the database is away');
      return state === 'refused' ? 'gone' : 'there';
    },
    stop: async () => {},
  };
};

export default start;
