/**
 * Providers whose mail leaves from other machines than those that take it: the record that holds their addresses, as their own instructions
 * name it. Beside each: where that is said.
 */
const PROVIDERS: readonly (readonly [host: RegExp, include: string])[] = [
  // knowledge.workspace.google.com "Set up SPF".
  [/(^|\.)(gmail|google|googlemail)\.com$/, '_spf.google.com'],
  // learn.microsoft.com "Set up SPF to identify valid email sources for your custom cloud domains".
  [/(^|\.)(office365\.com|outlook\.com|mx\.microsoft)$/, 'spf.protection.outlook.com'],
  // docs.aws.amazon.com/ses "Using a custom MAIL FROM domain".
  [/^email-smtp\..*\.amazonaws\.com$/, 'amazonses.com'],
  // docs.sendgrid.com "Sender Policy Framework (SPF)".
  [/(^|\.)sendgrid\.net$/, 'sendgrid.net'],
  // documentation.mailgun.com "Domain verification".
  [/(^|\.)mailgun\.org$/, 'mailgun.org'],
  // documentation.mailjet.com "Authenticating domains with SPF & DKIM".
  [/(^|\.)mailjet\.com$/, 'spf.mailjet.com'],
  // help.ovhcloud.com "Configuring an SPF record".
  [/^(ssl0|([a-z0-9-]+\.)?mail)\.ovh\.net$/, 'mx.ovh.com'],
  // www.fastmail.help "Manual DNS configuration".
  [/(^|\.)(fastmail|messagingengine)\.com$/, 'spf.messagingengine.com'],
];

/** The record that a provider known here wants included, by the host that takes mail for it; null for every other. */
export const includeOf = (host: string): string | null => PROVIDERS.find(([pattern]) => pattern.test(host.toLowerCase()))?.[1] ?? null;
