import type { IncidentTx } from '../incident/ports.ts';
import type { IncidentCare, IncidentHandover, SlaClock } from './care/nouns.ts';
import type {
  ChainRun,
  Delivery,
  DutyAbsence,
  DutyCall,
  DutyFeed,
  DutyHandover,
  DutyOverride,
  DutySwap,
  MemberNotice,
  Page,
  PageChannelName,
  PartnerContact,
  PlaybookRun,
  PushDevice,
  TemporaryDuty,
} from './nouns.ts';

export interface ActionTx extends IncidentTx {
  readonly actions: {
    insertOverride(override: DutyOverride): Promise<void>;
    cancelOverride(id: string, at: number): Promise<boolean>;
    /** Overrides not cancelled that end after the instant. */
    overrides(endingAfter: number): Promise<DutyOverride[]>;
    insertTemporaryDuty(schedule: TemporaryDuty): Promise<void>;
    /** Schedules not cancelled. */
    temporaryDuties(): Promise<TemporaryDuty[]>;
    cancelTemporaryDuty(id: string, at: number): Promise<boolean>;
    insertAbsence(absence: DutyAbsence): Promise<void>;
    cancelAbsence(id: string, at: number): Promise<boolean>;
    /** Absences not cancelled that end after the instant. */
    absences(endingAfter: number): Promise<DutyAbsence[]>;
    insertSwap(swap: DutySwap): Promise<void>;
    swap(id: string): Promise<DutySwap | null>;
    /** Swaps whose time ends after the instant, newest first. */
    swaps(endingAfter: number): Promise<DutySwap[]>;
    /** Changes the swap if it is still `asked`; returns whether it was. */
    answerSwap(id: string, state: DutySwap['state'], at: number): Promise<boolean>;
    /** Inserts unless there is one for the person and instant; returns whether it was new. */
    insertHandover(handover: DutyHandover): Promise<boolean>;
    handover(id: string): Promise<DutyHandover | null>;
    /** Hand-overs whose instant is at or after the given one, newest first. */
    handovers(since: number, limit: number): Promise<DutyHandover[]>;
    updateHandover(id: string, change: Partial<Omit<DutyHandover, 'id' | 'from' | 'to' | 'at'>>): Promise<void>;
    /** Inserts unless one with this key exists; returns whether it was new. */
    insertCall(call: DutyCall): Promise<boolean>;
    call(id: string): Promise<DutyCall | null>;
    callByAnswerHash(hash: string): Promise<DutyCall | null>;
    /** Calls of a kind created at or after the instant, newest first. */
    calls(kind: DutyCall['kind'], since: number): Promise<DutyCall[]>;
    updateCall(id: string, change: Partial<Omit<DutyCall, 'id' | 'key'>>): Promise<void>;
    insertFeed(feed: DutyFeed): Promise<void>;
    feeds(): Promise<DutyFeed[]>;
    feedByHash(hash: string): Promise<DutyFeed | null>;
    updateFeed(id: string, change: Partial<Pick<DutyFeed, 'lastReadAt' | 'revokedAt'>>): Promise<void>;
    care(incidentId: string): Promise<IncidentCare | null>;
    /** The care of each of the incidents that has one. */
    caresOf(incidentIds: readonly string[]): Promise<IncidentCare[]>;
    /** The stored care, or the one given, locked to the end of the transaction. */
    lockCare(fresh: IncidentCare): Promise<IncidentCare>;
    updateCare(id: string, change: Partial<Omit<IncidentCare, 'id'>>): Promise<void>;
    insertIncidentHandover(handover: IncidentHandover): Promise<void>;
    incidentHandover(id: string): Promise<IncidentHandover | null>;
    /** Newest first. */
    incidentHandoversOf(incidentId: string): Promise<IncidentHandover[]>;
    updateIncidentHandover(id: string, change: Partial<Omit<IncidentHandover, 'id' | 'incidentId'>>): Promise<void>;
    insertSlaClock(clock: SlaClock): Promise<void>;
    slaClocksOf(incidentId: string): Promise<SlaClock[]>;
    /** Clocks that run, of these incidents. */
    runningClocks(incidentIds: readonly string[]): Promise<SlaClock[]>;
    /** Clocks that started in [from, to), oldest first. */
    slaClocks(from: number, to: number): Promise<SlaClock[]>;
    updateSlaClock(id: string, change: Partial<Omit<SlaClock, 'id' | 'incidentId' | 'kind'>>): Promise<void>;
    insertChain(run: ChainRun): Promise<void>;
    chain(id: string): Promise<ChainRun | null>;
    chainsOf(incidentId: string): Promise<ChainRun[]>;
    updateChain(id: string, change: Partial<Omit<ChainRun, 'id' | 'incidentId' | 'snapshot'>>): Promise<void>;
    /** Inserts unless a page with this key exists; returns whether it was new. */
    insertPage(page: Page): Promise<boolean>;
    page(id: string): Promise<Page | null>;
    pageByAcceptHash(hash: string): Promise<Page | null>;
    pageByReplyHash(hash: string): Promise<Page | null>;
    pagesOf(incidentId: string): Promise<Page[]>;
    updatePage(id: string, change: Partial<Omit<Page, 'id' | 'key' | 'incidentId'>>): Promise<void>;
    /** Pages by these channels to the address, created at or after the instant, newest first. */
    pagesTo(channels: readonly PageChannelName[], address: string, since: number): Promise<Page[]>;
    /** A person's pages created at or after the instant. */
    pagesOfPerson(person: string, since: number): Promise<Page[]>;
    /** The person's pages by the channel that wait to be sent in one message, oldest first. */
    bundledPages(person: string, channel: PageChannelName): Promise<Page[]>;
    insertDelivery(delivery: Delivery): Promise<void>;
    delivery(id: string): Promise<Delivery | null>;
    deliveriesOf(incidentId: string): Promise<Delivery[]>;
    deliveriesOfPage(pageId: string): Promise<Delivery[]>;
    /** The newest delivery that the vendor calls by one of these names. */
    deliveryByReference(vendor: string, references: readonly string[]): Promise<Delivery | null>;
    updateDelivery(id: string, change: Partial<Omit<Delivery, 'id' | 'pageId' | 'incidentId'>>): Promise<void>;
    /** A device with the same endpoint is replaced. */
    savePushDevice(device: PushDevice): Promise<void>;
    /** Of one account, or of all. */
    pushDevices(account: string | null): Promise<PushDevice[]>;
    deletePushDevice(id: string): Promise<boolean>;
    touchPushDevice(id: string, at: number): Promise<void>;
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
  /** Where an e-mail is answered to; the sender when left out. */
  readonly replyTo?: string;
  /** Messages of one incident are one conversation. */
  readonly thread?: string;
  /** For channels that carry more than a text, or less: buttons, a short message, a voice. */
  readonly page?: PageParts;
  /** Vendor accounts that took this message before without a receipt: others are tried first. */
  readonly avoid?: readonly string[];
}

/** The parts of a page from which a channel builds what it can show. */
export interface PageParts {
  /** The page's id: vendors' callbacks carry it. */
  readonly id: string;
  readonly severity: string;
  /** What is the matter in one short text without links. */
  readonly short: string;
  /** What the link does: `Accept`, `I am on it`, `Take it over`. */
  readonly verb: string;
  /** The link that accepts: a GET shows, only a POST acts. */
  readonly accept: string;
  /** The secret in that link, for buttons that hand it back. */
  readonly secret: string;
  /** Digits that accept when they come back from the same address. */
  readonly code: string;
  /** The incident's page. */
  readonly incident: string;
}

/** A message as the other side took it. */
export interface Taken {
  /** What the other side said, for people. */
  readonly said: string;
  /** The vendor account or relay that took it. */
  readonly vendor: string;
  /** The vendor's name of the message, by which receipts call it. */
  readonly reference: string | null;
  /** Whether the vendor tells later what became of it. */
  readonly receipt: boolean;
}

/** A way out to a person. Throws Fault `outside_failed` when the message was not taken. */
export interface PageChannel {
  readonly name: PageChannelName;
  /** How many vendor accounts it has, one following the other. */
  readonly vendors: number;
  /** Resolves once the other side has taken the message. */
  send(message: OutgoingMessage): Promise<Taken>;
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
  /** Whether two texts are the same, in a time that does not tell where they differ. */
  same(one: string, other: string): boolean;
}
