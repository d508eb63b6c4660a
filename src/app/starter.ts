/** The configuration that is written where there is none: small, working, with comments that lead on. */
export const STARTER = `# Lamplighter's configuration. Check it with: npx lamplighter check
# A complete example of a car-sharing operator stands in examples/kiez-mobil/; every setting is in docs/configuration.md.
name: My service
# The address under which people reach this server: links in messages begin with it.
url: \${LAMPLIGHTER_URL:-http://localhost:8642}
languages: [en]

server:
  listen: 127.0.0.1:8642

storage:
  directory: lamplighter-data
  retention: 60d

# What members use, what that needs, and where. Alerts are placed by the labels in \`match\` and the label \`city\`.
topology:
  cities:
    - { name: berlin, title: Berlin, zone: Europe/Berlin }
  functions:
    - { name: book, title: Book, needs: [backend] }
  components:
    - { name: backend, title: Backend, match: { service: backend } }

# Prometheus rule files, unchanged. Paths are relative to this file.
rules: []
#  - rules/*.yaml

# Fixed limits with hysteresis.
watermarks: []
#  - name: bookings-low
#    expr: sum by (city) (rate(bookings_total[5m])) * 60
#    low: { warning: 10, critical: 5, clear: 12 }
#    for: 5m
#    labels: { service: backend }
#    annotations: { summary: "Only {{ $value | humanize }} bookings per minute in {{ $labels.city }}" }

# Values whose level follows the hour: learnt from two weeks on, written back as <name>:expected and so on.
indicators: []
#  - name: bookings
#    expr: sum by (city) (rate(bookings_total[5m])) * 60
#    by: [city]
#    zone: { label: city }
#    watch:
#      - { when: below, for: 5m, severity: critical }

# Who can be paged.
people:
  - { id: me, name: Duty Officer, email: duty@example.org }

# Exactly one person at every instant.
duty:
  zone: Europe/Berlin
  rotation: { people: [me], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: me

# What an interruption releases.
chains:
  - name: everything
    steps:
      - { do: open-ticket }
      - { do: page, target: focal, by: [email, log] }
    repeat: 15m

outside:
  email:
    from: "Lamplighter <lamplighter@example.org>"
    relays: ["\${LAMPLIGHTER_SMTP_URL:-smtp://127.0.0.1:25}"]
`;
