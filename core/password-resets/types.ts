/** A reset link works for an hour, an invitation for a week. */
export const RESET_MINUTES = 60;
export const INVITATION_DAYS = 7;

/** What a link's token is for, told apart by whether the agent has a password yet. */
export type LinkKind = 'reset' | 'invitation';

/** What hands a system mail over to the sending channel. False = no channel can send, the mail was not taken. */
export type SendSystemMail = (mail: SystemMail) => Promise<boolean>;

export interface SystemMail {
  readonly to: { readonly address: string; readonly name: string | null };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}
