/**
 * Opens an acceptance link as a browser does, or presses the button on the page it opened.
 * @param link from an e-mail or a web hook
 * @param page what opening gave, when pressing: its hidden fields go along
 * @returns the page the server answered
 */
export async function pressAccept(link: string, what: 'open' | 'press', page = ''): Promise<string> {
  const signal = AbortSignal.timeout(10_000);
  if (what === 'open') return answered(await fetch(link, { signal }), 'opening');
  const fields = new URLSearchParams();
  for (const [field] of page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(field)?.[1];
    if (name !== undefined) fields.set(name, /value="([^"]*)"/.exec(field)?.[1] ?? '');
  }
  const headers = { origin: new URL(link).origin };
  return answered(await fetch(link, { method: 'POST', headers, body: fields, signal }), 'pressing');
}

async function answered(response: Response, doing: string): Promise<string> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${doing} the acceptance link answered ${response.status}: ${text.slice(0, 200)}`);
  return text;
}
