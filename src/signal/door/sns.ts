import { createVerify, X509Certificate } from 'node:crypto';
import { Fault } from '../../core/fault.ts';
import { isObject } from '../alertmanager-body.ts';

/** A message of Amazon SNS: every field is text. */
export type SnsMessage = Readonly<Record<string, string>> & {
  readonly Type: string;
  readonly MessageId: string;
  readonly TopicArn: string;
};

/** Hosts that SNS' certificates and confirmations come from, nothing else: both are called. */
const HOST = /^sns\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com(\.cn)?$/;

const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/** @throws Fault `body_invalid` */
export function readSns(body: unknown): SnsMessage {
  if (!isObject(body)) throw new Fault('body_invalid', { what: 'a message of SNS is a JSON object' });
  for (const name of [
    'Type',
    'MessageId',
    'TopicArn',
    'Message',
    'Timestamp',
    'SignatureVersion',
    'Signature',
    'SigningCertURL',
  ]) {
    if (typeof body[name] !== 'string') throw new Fault('body_invalid', { what: `${name} is missing or no text` });
  }
  if (SIGNED[String(body['Type'])] === undefined) {
    throw new Fault('body_invalid', {
      what: `Type is ${JSON.stringify(body['Type'])}; it must be ${Object.keys(SIGNED).join(', ')}`,
    });
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string')) as SnsMessage;
}

/** An address that SNS names, if it is one of Amazon's for SNS. @throws Fault `body_invalid` */
export function snsAddress(text: string | undefined, field: string): string {
  const url = URL.canParse(text ?? '') ? new URL(text!) : null;
  const fine = url?.protocol === 'https:' && HOST.test(url.hostname) && url.port === '' && url.username === '';
  if (!fine)
    throw new Fault('body_invalid', { what: `${field} is no address of SNS (https://sns.REGION.amazonaws.com)` });
  return url.href;
}

/** The address of the certificate. @throws Fault `body_invalid` */
export function certificateAddress(message: SnsMessage): string {
  const address = snsAddress(message['SigningCertURL'], 'SigningCertURL');
  if (!new URL(address).pathname.endsWith('.pem'))
    throw new Fault('body_invalid', { what: 'SigningCertURL names no certificate' });
  return address;
}

/**
 * Whether the message is signed with the certificate's key, version 1 (SHA-1) or 2 (SHA-256).
 * @param pem the certificate as fetched from `certificateAddress`
 * @param now ms; an expired certificate proves nothing
 */
export function signedBySns(message: SnsMessage, pem: string, now: number): boolean {
  const version = message['SignatureVersion'];
  if (version !== '1' && version !== '2') return false;
  try {
    const certificate = new X509Certificate(pem);
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) return false;
    const verify = createVerify(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256');
    verify.update(stringToSign(message));
    return verify.verify(certificate.publicKey, message['Signature'] ?? '', 'base64');
  } catch {
    return false;
  }
}

/** The text that is signed: the fields of the kind in their order, name and value each on a line. */
export function stringToSign(message: SnsMessage): string {
  const names = SIGNED[message.Type] ?? [];
  return names
    .filter((name) => message[name] !== undefined)
    .map((name) => `${name}\n${message[name]}\n`)
    .join('');
}

/** The message with its text parsed where it is JSON: CloudWatch sends its alarm so. */
export function snsBody(message: SnsMessage): Record<string, unknown> {
  const {
    Signature: _signature,
    SigningCertURL: _address,
    Token: _token,
    SubscribeURL: _url,
    UnsubscribeURL: _other,
    ...rest
  } = message;
  let parsed: unknown = message['Message'];
  try {
    parsed = JSON.parse(message['Message'] ?? '') as unknown;
  } catch {
    // A message in words; the mapping sees it as text.
  }
  return { ...rest, Message: parsed };
}
