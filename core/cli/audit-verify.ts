import { readAuditHead } from '../audit/list.ts';
import { verifyAudit } from '../audit/verify.ts';
import { type Command, EXIT } from './command.ts';
import { readOptions } from './options.ts';

const MAX_LISTED = 1000;

/** Proves that nobody changed or removed what was written down. Exit code 1 and a line for each thing that is wrong. */
export const auditVerify: Command = {
  name: 'audit verify',
  usage: '[--json]',
  summary: 'prove the chain of who did what',
  run: async (args, console) => {
    const { values } = readOptions(args, { json: { type: 'boolean', default: false } });
    const { scope } = await console.find();
    const findings = [];
    for await (const finding of verifyAudit(scope)) if (findings.length < MAX_LISTED) findings.push(finding);
    const { seq: entries, hash } = await readAuditHead(scope);
    if (values.json) console.say(JSON.stringify({ entries, hash, findings }));
    else {
      for (const { kind, detail } of findings) console.say(`${kind.padEnd(14)} ${detail}`);
      console.say(`${entries} entries, ${findings.length} wrong`);
      console.say(`head ${hash}`);
    }
    return findings.length === 0 ? EXIT.ok : EXIT.failed;
  },
};
