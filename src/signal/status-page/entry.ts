/** One thing that a status page tells of. */
export interface PageEntry {
  /** Stays the same while it is told of. */
  readonly key: string;
  readonly title: string;
  /** In the page's own words, such as investigating. */
  readonly status: string;
  /** The newest words about it. */
  readonly text: string;
  readonly loud: 'info' | 'warning' | 'critical';
  readonly over: boolean;
  readonly startedAt: number | null;
  readonly url: string | null;
  /** Names of the components it touches; empty when the page does not say. */
  readonly components: readonly string[];
}

/** What a status page says at one look. */
export interface PageReading {
  readonly form: 'statuspage' | 'incident.io' | 'instatus' | 'google' | 'feed';
  readonly entries: readonly PageEntry[];
}

/** A partner's status page as it was last seen. */
export interface StatusPage {
  /** Its name in the configuration. */
  readonly id: string;
  readonly etag: string | null;
  readonly modified: string | null;
  readonly form: string | null;
  /** When it was last asked, and last read whole or found unchanged; ms. */
  readonly askedAt: number | null;
  readonly readAt: number | null;
  readonly failingSince: number | null;
  readonly error: string | null;
  /** Whether it was told that it cannot be read. */
  readonly lost: boolean;
  /** What it tells of and is not over. */
  readonly open: readonly PageEntry[];
}
