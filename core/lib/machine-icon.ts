const ICONS: Readonly<Record<string, string>> = {
  list: 'mailbox',
  bulk: 'speakerphone',
  delivery: 'mail-exclamation',
  feedback: 'mail-exclamation',
  disposition: 'eye-check',
};

/** The icon that stands for a kind of machine (see `MACHINES` in the plugin contract), everywhere the same. */
export const machineIcon = (machine: string): string => ICONS[machine] ?? 'robot';
