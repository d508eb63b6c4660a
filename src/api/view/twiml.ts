/** Documents that tell a telephone exchange what to do: Twilio's markup language. */
export const twiml = {
  /** Reads the words, then asks for one digit; twice, because people need a moment to wake. */
  ask(words: string, question: string, action: string): string {
    const gather = `<Gather numDigits="1" timeout="8" method="POST" action="${escaped(action)}">${say(words)}${say(question)}</Gather>`;
    return document(`${gather}${gather}${say('Nothing was pressed. Not accepted.')}`);
  },
  /** Says the words and hangs up. */
  say: (words: string): string => document(`${say(words)}<Hangup/>`),
  /** Answers an SMS. */
  message: (words: string): string => document(`<Message>${escaped(words)}</Message>`),
};

function document(inner: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${inner}</Response>`;
}

function say(words: string): string {
  return `<Say language="en-GB">${escaped(words)}</Say>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
