/** Names that Windows and Exchange give to zones, of Europe and of those who write to it; the right column is IANA's. */
const WINDOWS: Readonly<Record<string, string>> = {
  'central european standard time': 'Europe/Warsaw',
  'central europe standard time': 'Europe/Budapest',
  'w. europe standard time': 'Europe/Berlin',
  'romance standard time': 'Europe/Paris',
  'gmt standard time': 'Europe/London',
  'greenwich standard time': 'Atlantic/Reykjavik',
  'e. europe standard time': 'Europe/Chisinau',
  'fle standard time': 'Europe/Kyiv',
  'gtb standard time': 'Europe/Bucharest',
  'turkey standard time': 'Europe/Istanbul',
  'russian standard time': 'Europe/Moscow',
  'belarus standard time': 'Europe/Minsk',
  'kaliningrad standard time': 'Europe/Kaliningrad',
  'israel standard time': 'Asia/Jerusalem',
  'arabian standard time': 'Asia/Dubai',
  'india standard time': 'Asia/Kolkata',
  'china standard time': 'Asia/Shanghai',
  'tokyo standard time': 'Asia/Tokyo',
  'singapore standard time': 'Asia/Singapore',
  'aus eastern standard time': 'Australia/Sydney',
  'eastern standard time': 'America/New_York',
  'central standard time': 'America/Chicago',
  'mountain standard time': 'America/Denver',
  'pacific standard time': 'America/Los_Angeles',
  'e. south america standard time': 'America/Sao_Paulo',
  utc: 'UTC',
  gmt: 'UTC',
  'coordinated universal time': 'UTC',
};

/** IANA's name of a zone as calendar programs write it ("/mozilla.org/20050126_1/Europe/Warsaw" too), or null when it is not known. */
export function zoneNamed(tzid: string): string | null {
  const name = tzid.trim().replace(/^"|"$/g, '').slice(0, 200);
  const windows = WINDOWS[name.toLowerCase()];
  if (windows) return windows;
  const region = /(?:^|\/)((?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)\/[A-Za-z_/+-]+\d*)$/.exec(
    name,
  )?.[1];
  if (region === undefined) return null;
  try {
    new Intl.DateTimeFormat('en', { timeZone: region });
    return region;
  } catch {
    return null;
  }
}
