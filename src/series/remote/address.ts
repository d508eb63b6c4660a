/** Where another engine is, and how to speak to it. */
export interface RemoteAddress {
  /** What `/api/v1/query` stands behind. */
  readonly url: string;
  /** Where samples are written by remote write. */
  readonly writeUrl: string;
  /** Sent as Bearer, or null. */
  readonly token: string | null;
}

/** The headers that say who asks. A name and password in the address are sent as Basic. */
export function authorizationOf({ url, token }: RemoteAddress): Record<string, string> {
  if (token !== null) return { authorization: `Bearer ${token}` };
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** An address without name and password: fetch refuses them there, and messages must not show them. */
export function bare(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '');
}
