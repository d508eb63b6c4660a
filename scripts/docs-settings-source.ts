/** What the settings of integrations and sources mean. */
export const SOURCE_SETTINGS: Readonly<Record<string, string | readonly [meaning: string, fallback: string]>> = {
  integrations: [
    'Files with integrations of your own, relative to this file. See [integrations](integrations.md).',
    '`[]`',
  ],
  sources:
    'Doors for signals in foreign forms: each is `POST /in/NAME`. See [integrations](integrations.md) and [webhook mappings](formats/webhook-mapping.md).',
  'sources[].name': 'Name of the door, part of its path.',
  'sources[].title': 'What it is, for people.',
  'sources[].partner':
    'The partner whose alarms come in by this door: evidence that the partner itself reported something.',
  'sources[].integration': 'The integration whose mapping is used.',
  'sources[].mapping':
    'JSONata from the body to one event or a list of events. Needed without an integration; goes before its mapping.',
  'sources[].secrets': [
    'How the sender proves who it is; any one of them is enough. See [secrets](integrations.md#secrets).',
    '`[]`: only a token with the permission signal.send',
  ],
  'sources[].secrets[].kind':
    'One of `bearer`, `basic`, `hmac`, `standard-webhooks`, `routing-key`, `sns`, `mail`; the other settings follow from it.',
  'sources[].secrets[].secret': 'The secret. Best as `${NAME}` from the environment.',
  'sources[].secrets[].header': [
    'The header that holds the secret or the signature.',
    '`Authorization` for bearer; required for hmac',
  ],
  'sources[].secrets[].user': 'Name of Basic authentication.',
  'sources[].secrets[].algorithm': 'Of the HMAC.',
  'sources[].secrets[].encoding': 'How the signature is written.',
  'sources[].secrets[].prefix': 'Text before the signature, such as `sha256=`.',
  'sources[].secrets[].timestamp': [
    'A header with the instant that is signed before the body. It may be five minutes off at most.',
    'none',
  ],
  'sources[].secrets[].separator': 'What stands between the signed instant and the body.',
  'sources[].secrets[].topics': 'ARNs of the topics that are believed.',
  'sources[].labels': ['Added to each alert of the source that does not have them.', '`{}`'],
  'sources[].acknowledge':
    'What an acknowledgement at the source does: `note` it in the timeline, or `accept` the incident.',
  'sources[].mail_from': [
    'Addresses or domains (`@carrier.example`) whose mails are taken.',
    'everybody who knows the secret',
  ],
  status_pages: [
    'Public status pages of partners that are read. See [status pages of partners](formats/partner-status-pages.md).',
    '`[]`',
  ],
  'status_pages[].name': 'Name of the page; the label `status_page` of its alerts.',
  'status_pages[].title': ['What it is, for people.', 'the value of `name`'],
  'status_pages[].partner': 'The partner whose page it is.',
  'status_pages[].url': 'Its summary.json, incidents.json, RSS or Atom feed.',
  'status_pages[].every': 'How often it is read; `1m` or longer.',
  'status_pages[].stale': 'How long it may be unreadable before that is told.',
  'status_pages[].components': ['Only what touches these of its components counts.', '`[]`: all'],
  'status_pages[].at_most': 'How loud its alerts are at most.',
  'status_pages[].labels': ['Labels of its alerts.', '`{}`'],
  mail: ['Mails taken by SMTP for sources with a secret of the kind mail. See [mail](formats/mail.md).', 'off'],
  'mail.listen': 'Address and port.',
  'mail.max_bytes': 'How large a mail may be.',
  'mail.tls': ['STARTTLS.', 'none'],
  'mail.tls.key': 'File of the key.',
  'mail.tls.cert': 'File of the certificate and those it is signed by.',
};
