import test, { type ExecutionContext } from 'ava';
import { readRecipients } from '../../core/messages/typed-recipients.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { workspaceFor } from '../support/workspace.ts';

const to = (...texts: readonly string[]) => texts.map((text) => readRecipients(text).addresses[0] ?? { address: text, name: null });
const ASKED = { to: to('help@company.test', '"Ewa Mała" <ewa@customer.test>'), cc: to('ola@customer.test'), externalId: 'q@customer' };
const EWA = '"Ewa Mała" <ewa@customer.test>';

/** A conversation and the composer in it as a browser without scripts has it. */
async function writing(t: ExecutionContext<unknown>, mail: object = ASKED) {
  const house = await workspaceFor(t);
  await house.mail(mail);
  const { anna, scope } = house;
  /** Recipients as the form shows them: each with whether it is ticked. */
  const form = async (): Promise<readonly (readonly [name: string, value: string, isOn: boolean])[]> => {
    const { text } = await anna.get('/conversations/1');
    const inputs = text.matchAll(
      /<input[^>]*(checkbox|hidden)" name="(to|copied|onlySender|offeredTo|offeredCopies)" value="([^"]*)"( checked)?>/g,
    );
    return [...inputs].map(([, type, name = '', value = '', checked]) => [
      name,
      value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
      type === 'hidden' || !!checked,
    ]);
  };
  const shown = async (...names: readonly string[]) =>
    (await form()).filter(([name]) => names.includes(name)).map(([, value, isOn]) => `${isOn ? '+' : '-'} ${value}`);
  const filled = async (more: Record<string, string>, changes: Record<string, boolean> = {}) => {
    const recipients = await form();
    const fields = new URLSearchParams({ kind: 'reply', _csrf: anna.csrf(), ...more });
    for (const [name, value, isOn] of recipients) if (name.startsWith('offered') || (changes[value] ?? isOn)) fields.append(name, value);
    return fields;
  };
  const save = async (text: string, changes?: Record<string, boolean>) => {
    const body = await filled({ text }, changes);
    return anna.send('PUT', '/conversations/1/draft', body, { 'x-csrf-token': anna.csrf() });
  };
  const send = async (text: string, changes?: Record<string, boolean>) => {
    await anna.send('POST', '/conversations/1/messages', await filled({ text }, changes));
    const { id } = await scope.db('messages').where({ direction: 'outbound' }).orderBy('id', 'desc').first('id');
    const rows: { kind: string; address: string }[] = await scope.db('deliveries').where({ message_id: id }).orderBy('id');
    return rows.map(({ kind, address }) => `${kind} ${address}`);
  };
  return { ...house, shown, save, send };
}

test('an answer goes to all whom the message was for, who stand in sight, and with one tick to the sender only', async (t) => {
  const { shown, send, anna } = await writing(t);
  t.deepEqual(await shown('to', 'copied'), ['+ jan@customer.test', `+ ${EWA}`, '+ ola@customer.test']);
  t.regex((await anna.get('/conversations/1')).text, /class="quiet">Dw<\/span>[\s\S]*<span>Ewa Mała<\/span>[\s\S]*tylko nadawca/);
  t.deepEqual(await send('Do wszystkich'), ['to jan@customer.test', 'cc ewa@customer.test', 'cc ola@customer.test']);
  t.deepEqual(await send('Bez Oli', { 'ola@customer.test': false }), ['to jan@customer.test', 'cc ewa@customer.test']);
  t.deepEqual(await shown('copied'), [`+ ${EWA}`], 'the answer before was for these');
  t.deepEqual(await send('Tylko nadawca', { yes: true }), ['to jan@customer.test']);
  t.deepEqual(await shown('copied', 'onlySender'), []);
});

test('an inbox that was named nowhere answers the sender only, until somebody says otherwise', async (t) => {
  const { shown, send } = await writing(t, { to: to('ewa@customer.test') });
  t.deepEqual(await shown('copied', 'onlySender'), ['+ ewa@customer.test', '+ yes']);
  t.deepEqual(await send('Skryta kopia'), ['to jan@customer.test']);
  const other = await writing(t, { to: to('ewa@customer.test') });
  t.deepEqual(await other.send('Jednak wszyscy', { yes: false }), ['to jan@customer.test', 'cc ewa@customer.test']);
});

test('recipients left as they are make no draft and are those of the newest message; chosen ones stay', async (t) => {
  const { shown, save, mail, scope } = await writing(t);
  const chosen = async () => JSON.parse((await scope.db('drafts').first('fields'))?.fields ?? 'null');
  await save('');
  t.is(await chosen(), null);
  await save('Już piszę');
  t.like(await chosen(), { to: null, copied: null });
  const newer = { references: ['q@customer'], from: { address: 'ewa@customer.test', name: null }, cc: to('jan@customer.test') };
  await mail(newer);
  t.deepEqual(await shown('to', 'copied'), ['+ ewa@customer.test', '+ jan@customer.test']);
  await save('Już piszę do Ewy', { yes: true });
  t.like(await chosen(), { to: ['ewa@customer.test'], copied: [] });
  t.deepEqual(await shown('copied', 'onlySender'), ['+ jan@customer.test', '+ yes']);
  await mail({ ...newer, from: { address: 'ola@customer.test', name: null } });
  t.deepEqual(await shown('to', 'onlySender'), ['- ola@customer.test', '+ ewa@customer.test', '+ yes']);
  await save('Do wszystkich, jak proponowano', { 'ola@customer.test': true, 'ewa@customer.test': false, yes: false });
  t.like(await chosen(), { to: null, copied: null }, 'as offered again');
});

test('whoever a draft has in To is not offered in copy as well, and the other way round', async (t) => {
  const { shown, save, mail } = await writing(t);
  await save('Do Jana i Ewy', { 'ola@customer.test': false });
  await mail({
    references: ['q@customer'],
    from: { address: 'ewa@customer.test', name: null },
    cc: to('jan@customer.test', 'ola@customer.test'),
  });
  t.deepEqual(await shown('to'), ['+ jan@customer.test']);
  t.deepEqual(await shown('copied'), ['- ola@customer.test', `+ ${EWA}`]);
});

test('a draft from before copies were suggested keeps its own', async (t) => {
  const { shown, save, anna, scope } = await writing(t);
  await save('Dawny szkic');
  const fields = { to: ['jan@customer.test'], moreTo: '', cc: 'szef@customer.test', bcc: '', subject: '', quoted: false, dropped: [] };
  await scope.db('drafts').update({ fields: JSON.stringify(fields) });
  t.deepEqual(await shown('to', 'onlySender'), ['+ jan@customer.test', '+ yes']);
  t.true((await anna.get('/conversations/1')).text.includes('name="cc" value="szef@customer.test"'));
});

test('an answer that is taken back is still for whom it was, however mail programs write his name and address', async (t) => {
  const from = { address: 'jan@customer.test', name: 'PHU "Kowalski"  Jan Kowalski' };
  const { shown, send, scope, agentId } = await writing(t, { ...ASKED, from, cc: [{ address: 'Ola@Customer.test', name: null }] });
  const all = await shown('to', 'copied');
  t.is(all.length, 3);
  t.true(all.every((one) => one.startsWith('+ ')));
  const recipients = ['to jan@customer.test', 'cc ewa@customer.test', 'cc ola@customer.test'];
  t.deepEqual(await send('Do wszystkich'), recipients);
  const { id } = await scope.db('messages').where({ direction: 'outbound' }).first('id');
  await withdrawMessage(scope, id, agentId);
  t.deepEqual(await shown('to', 'copied'), all);
  t.deepEqual(await send('Poprawione'), recipients);
});
