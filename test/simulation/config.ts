import { readConfig, type Config } from '../../src/config/index.ts';

const COMPONENTS = ['booking', 'telematics', 'carrier-north', 'payment', 'maps', 'identity'];

/** Two vendors of SMS, which send receipts. */
export const SMS_VENDORS = ['sms-one', 'sms-two'];

const TEXT = `
name: Simulated
url: https://ops.example.org
topology:
  cities:
    - { name: berlin, title: Berlin, zone: Europe/Berlin }
    - { name: lisbon, title: Lisbon, zone: Europe/Lisbon }
  functions:
    - { name: book, title: Book, needs: [booking, identity] }
    - { name: drive, title: Drive, needs: [telematics] }
    - { name: pay, title: Pay, needs: [payment] }
  components:
${COMPONENTS.map((name) => `    - { name: ${name}, title: ${name}, match: { service: ${name} } }`).join('\n')}
people:
  - { id: ada, name: Ada, email: ada@example.org, phone: "+4915100000001", webhook: "https://phones.example.org/ada" }
  - { id: bob, name: Bob, email: bob@example.org, phone: "+4915100000002", webhook: "https://phones.example.org/bob" }
  - { id: cid, name: Cid, email: cid@example.org }
duty:
  zone: Europe/Berlin
  rotation: { people: [ada, bob, cid], starts: "2026-01-05", handover: "02:30", every: 1d }
  hand_over: { ask: 30m, within: 15m }
  fallback: cid
chains:
  - name: everything
    steps:
      - { do: page, target: focal, by: [email, webhook, sms] }
      - { after: 5m, do: page, target: deputy, by: [sms, email] }
      - { after: 10m, do: open-ticket }
    repeat: 15m
    rounds: 3
teams:
  - { name: everybody, people: [ada, bob, cid] }
care:
  acceptance: { critical: { remind: 20m, give_back: 10m }, major: { remind: 40m, give_back: 10m } }
  update: { critical: { every: 30m, escalate: [deputy] }, major: off }
  snooze: { critical: 20m, major: 2h }
sla:
  - { name: fast, severity: [critical, major], response: 10m, restoration: 2h, warn: [focal], broken: [fallback] }
outside:
  email: { from: "Ops <ops@example.org>", relays: ["smtp://127.0.0.1:9"] }
  sms:
    vendors:
${SMS_VENDORS.map((name) => `      - { name: ${name}, kind: twilio, account: AC1, token: simulated, from: "+4930123456" }`).join('\n')}
`;

/** What all runs of the simulation are configured with. @param now ms */
export function simulatedConfig(now: number): Config {
  return readConfig({ file: 'simulated.yaml', text: TEXT, env: {}, now, filesOf: () => [] });
}

export { COMPONENTS };
