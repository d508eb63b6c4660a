import type { IncidentTx } from '../incident/ports.ts';
import type {
  ChainRun,
  DutyOverride,
  MemberNotice,
  Page,
  PageChannelName,
  PartnerContact,
  PlaybookRun,
} from './nouns.ts';

export interface ActionTx extends IncidentTx {
  readonly actions: {
    insertOverride(override: DutyOverride): Promise<void>;
    cancelOverride(id: string, at: number): Promise<boolean>;
    /** Overrides not cancelled that end after the instant. */
    overrides(endingAfter: number): Promise<DutyOverride[]>;
    insertChain(run: ChainRun): Promise<void>;
    chain(id: string): Promise<ChainRun | null>;
    chainsOf(incidentId: string): Promise<ChainRun[]>;
    updateChain(id: string, change: Partial<Omit<ChainRun, 'id' | 'incidentId' | 'snapshot'>>): Promise<void>;
    /** Inserts unless a page with this key exists; returns whether it was new. */
    insertPage(page: Page): Promise<boolean>;
    page(id: string): Promise<Page | null>;
    pageByAcceptHash(hash: string): Promise<Page | null>;
    pagesOf(incidentId: string): Promise<Page[]>;
    updatePage(id: string, change: Partial<Omit<Page, 'id' | 'key' | 'incidentId'>>): Promise<void>;
    insertNotice(notice: MemberNotice): Promise<void>;
    noticesOf(incidentId: string): Promise<MemberNotice[]>;
    /** Notices published at or after the instant, newest first. */
    notices(since: number, limit: number): Promise<MemberNotice[]>;
    insertPartnerContact(contact: PartnerContact): Promise<boolean>;
    partnerContact(id: string): Promise<PartnerContact | null>;
    partnerContactsOf(incidentId: string): Promise<PartnerContact[]>;
    updatePartnerContact(id: string, change: Partial<Omit<PartnerContact, 'id' | 'key' | 'incidentId'>>): Promise<void>;
    insertPlaybookRun(run: PlaybookRun): Promise<void>;
    playbookRun(id: string): Promise<PlaybookRun | null>;
    playbookRunsOf(incidentId: string): Promise<PlaybookRun[]>;
    updatePlaybookRun(id: string, change: Partial<Omit<PlaybookRun, 'id' | 'incidentId' | 'playbook'>>): Promise<void>;
  };
}

/** What is handed to a channel. The text is plain; `html` where the channel shows it. */
export interface OutgoingMessage {
  /** The same at every try: Message-ID, Idempotency-Key, webhook-id. */
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** What a machine reads (webhooks). */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Messages of one incident are one conversation. */
  readonly thread?: string;
}

/** A way out to a person. Throws Fault `outside_failed` when the message was not taken. */
export interface PageChannel {
  readonly name: PageChannelName;
  /** Resolves with what the other side said once it has taken the message. */
  send(message: OutgoingMessage): Promise<string>;
}

/** Asks the metrics engine for a number: guards and verifications. */
export interface Measure {
  /** The values of an instant query at `at` ms. */
  values(expr: string, at: number): Promise<readonly { labels: Readonly<Record<string, string>>; value: number }[]>;
}

/** Does one step of a playbook in the world. */
export interface StepRunner {
  http(request: {
    readonly key: string;
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
    readonly timeout: number;
  }): Promise<{ readonly status: number; readonly body: string }>;
  /** Runs a command of the configured allow-list, by its name, without a shell. */
  command(request: {
    readonly key: string;
    readonly name: string;
    readonly args: readonly string[];
    readonly timeout: number;
  }): Promise<{
    readonly code: number;
    readonly output: string;
  }>;
}

/** Secrets for acceptance links, and their hash. */
export interface Secrets {
  /** HMAC-SHA256 of the text under the server's secret, base64url: made again at each send, so never stored in clear. */
  derive(text: string): string;
  /** SHA-256, hex. */
  hash(secret: string): string;
}
