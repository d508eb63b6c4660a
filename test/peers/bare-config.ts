/** A configuration with no more than has to be there; `more` is YAML of further sections. */
export function bareConfig(more = ''): string {
  return `
name: Peer test
url: http://127.0.0.1:PORT
topology:
  cities: [{ name: berlin, title: Berlin, zone: Europe/Berlin }]
  functions: [{ name: book, title: Book, needs: [backend] }]
  components: [{ name: backend, title: Backend, match: { city: berlin } }]
people: [{ id: duty, name: Duty Person, email: duty@example.org }]
duty:
  zone: Europe/Berlin
  rotation: { people: [duty], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: duty
chains:
  - name: all
    match: { severity: [critical, major, minor] }
    steps: [{ do: open-ticket }]
  - { name: maps, steps: [{ do: open-ticket }] }
outside:
  email: { from: "ops@example.org", relays: ["smtp://127.0.0.1:9"] }
  allow: [127.0.0.1]
${more}`;
}
