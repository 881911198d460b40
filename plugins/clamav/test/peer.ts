import type { StartScannerPeer } from '../../../test/contract/scanner-peer.ts';
import { startClamd } from './clamd.ts';
import { evilClamd, MISBEHAVIOURS } from './evil.ts';
import { letter } from './letters.ts';

const startPeer: StartScannerPeer = async () => {
  const clamd = await startClamd();
  const evil: { stop(): Promise<void> }[] = [];
  const settings = { hosts: clamd.path, timeoutSeconds: '20', maxMb: '25' };
  return {
    settings,
    server: {},
    wrong: { settings: { ...settings, hosts: '127.0.0.1:1' }, field: 'hosts' },
    infected: letter(),
    clean: letter({ content: 'nic' }),
    misbehaviours: ['is not there', ...MISBEHAVIOURS],
    misbehaving: async (how) => {
      if (how === 'is not there') return { ...settings, hosts: '127.0.0.1:1' };
      const one = await evilClamd(how);
      evil.push(one);
      return { ...settings, hosts: `127.0.0.1:${one.port}`, timeoutSeconds: '1' };
    },
    stop: async () => {
      await Promise.all([clamd.stop(), ...evil.map((one) => one.stop())]);
    },
  };
};

export default startPeer;
