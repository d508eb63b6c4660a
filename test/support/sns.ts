import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const folder = new URL('./sns/', import.meta.url);

/** A certificate that only tests believe, as SNS would hand it out, and the address it has there. */
export const SNS_CERTIFICATE = readFileSync(new URL('cert.pem', folder), 'utf8');
export const SNS_ADDRESS = 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-test.pem';
export const SNS_TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';

const SIGNED = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** A message as Amazon SNS posts it, signed with the test's key in version 1 or 2. */
export function snsMessage(fields: Readonly<Record<string, string>>, version: '1' | '2' = '1'): Record<string, string> {
  const message: Record<string, string> = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: SNS_TOPIC,
    Timestamp: '2026-09-15T10:00:00.000Z',
    SignatureVersion: version,
    SigningCertURL: SNS_ADDRESS,
    ...fields,
  };
  const text = SIGNED.filter((name) => message[name] !== undefined).map((name) => `${name}\n${message[name]}\n`);
  const sign = createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256').update(text.join(''));
  return { ...message, Signature: sign.sign(readFileSync(new URL('key.pem', folder), 'utf8'), 'base64') };
}
