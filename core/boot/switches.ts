import { acknowledgeNew } from '../acknowledgements/acknowledge.ts';
import { openSwitch } from '../acknowledgements/switch.ts';
import type { Scope } from '../db/scope.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import type { Subscriber } from '../events/dispatcher.ts';
import type { Log } from '../lib/log.ts';
import { notifyUnassigned, openUnassignedSwitch } from '../notifications/unassigned.ts';
import { openRules } from '../rules/known.ts';
import { runRules } from '../rules/run.ts';
import { inBackground } from './foundation.ts';

export type Switches = Awaited<ReturnType<typeof openSwitches>>;

/** What follows on new mail, while somebody has switched it on: rules first, since they say where it goes and so who is told. */
export async function openSwitches(scope: Scope, log: Log) {
  const rules = await openRules(scope);
  const acknowledgements = await openSwitch(scope);
  const unassigned = await openUnassignedSwitch(scope);
  const subscribers: readonly Subscriber[] = [
    runRules(rules.isOn),
    acknowledgeNew(acknowledgements.isOn),
    notifyUnassigned(unassigned.isOn),
  ];
  const follow = (events: readonly DomainEvent[]): void => {
    inBackground(log, 'rules_reload_failed', rules.follow(events));
    inBackground(log, 'acknowledgements_reload_failed', acknowledgements.follow(events));
    inBackground(log, 'notifications_reload_failed', unassigned.follow(events));
  };
  return { rules, acknowledgements, subscribers, follow };
}
