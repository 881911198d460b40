import type { StartFilterPeer } from '../../../test/contract/filter-peer.ts';
import { evilSpamd, MISBEHAVIOURS } from './evil.ts';
import { GTUBE, HAM } from './letters.ts';
import { startSpamd } from './spamd.ts';

const startPeer: StartFilterPeer = async () => {
  const spamd = await startSpamd();
  const evil: { stop(): Promise<void> }[] = [];
  const settings = { hosts: spamd.path, user: '', timeoutSeconds: '20', maxKb: '512', oversize: 'skip' };
  return {
    settings,
    server: {},
    wrong: { settings: { ...settings, hosts: '127.0.0.1:1' }, field: 'hosts' },
    spam: GTUBE,
    ham: HAM,
    misbehaviours: ['is not there', ...MISBEHAVIOURS],
    misbehaving: async (how) => {
      if (how === 'is not there') return { ...settings, hosts: '127.0.0.1:1' };
      const one = await evilSpamd(how);
      evil.push(one);
      return { ...settings, hosts: `127.0.0.1:${one.port}`, timeoutSeconds: '1' };
    },
    stop: async () => {
      await Promise.all([spamd.stop(), ...evil.map((one) => one.stop())]);
    },
  };
};

export default startPeer;
