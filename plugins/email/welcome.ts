/** What our listener says to EHLO, by which our sender knows it: Centrala takes mail for its inboxes and would refuse everything else. */
export const OWN_WELCOME = 'Centrala takes mail for its own inboxes';
