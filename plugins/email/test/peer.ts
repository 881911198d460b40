import type { StartPeer } from '../../../test/contract/peer.ts';
import { type PeerScript, startPeer } from './smtp-peer.ts';

const PASSWORD = 'S3kr3t-haslo';

const SCRIPTS: Readonly<Record<string, PeerScript>> = {
  accepted: {},
  deferred: { RCPT: () => '450 4.2.0 try again later' },
  refused: { RCPT: () => '550 5.1.1 no such user' },
  unknown: { END: () => 'drop' },
};

/** A relay that knows one user. */
const start: StartPeer = async () => {
  const login = (response: string): string =>
    response.endsWith(Buffer.from(`\0jan\0${PASSWORD}`).toString('base64')) ? '235 2.7.0 welcome' : '535 5.7.8 wrong password';
  const peer = await startPeer({ AUTH: login });
  const settings = { senderName: 'agent-and-company', replyTokens: true };
  const url = (password: string): string => `smtp://jan:${password}@127.0.0.1:${peer.port}`;
  return {
    address: 'biuro@firma.test',
    recipient: 'anna@klient.test',
    settings: { ...settings, relayUrl: url(PASSWORD) },
    wrong: { settings: { ...settings, relayUrl: url('wrong-password') }, field: 'relayUrl' },
    outcomes: ['accepted', 'deferred', 'refused', 'unknown'],
    answer: async (state) => peer.play({ AUTH: login, ...SCRIPTS[state] }),
    stop: () => peer.stop(),
  };
};

export default start;
