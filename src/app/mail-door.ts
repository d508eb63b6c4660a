import { sourceActor, sourceBySecret } from '../api/route/source/proof.ts';
import type { ApiContext } from '../api/context.ts';
import { answerByMail, pageOfToken } from '../action/index.ts';
import { openMailIn, type MailInConfig, type MailRecipient } from '../outside/index.ts';
import { takeWebhook } from '../signal/index.ts';

type Context = Pick<ApiContext, 'deps' | 'config' | 'mappings' | 'actions'>;

/** Takes mails where the configuration says so; a reload with another setting opens it anew. */
export class MailDoor {
  readonly #context: Context;
  readonly #failed: (error: unknown) => void;
  #open: { readonly as: string; readonly port: number; close(): Promise<void> } | null = null;

  constructor(context: Context, failed: (error: unknown) => void) {
    this.#context = context;
    this.#failed = failed;
  }

  /** The port it listens on, or null. */
  get port(): number | null {
    return this.#open?.port ?? null;
  }

  /** Opens, closes or leaves the door as the configuration has it now. */
  async configure(config: MailInConfig | undefined): Promise<void> {
    const as = JSON.stringify(config ?? null);
    if (this.#open?.as === as) return;
    await this.close();
    if (!config) return;
    const opened = await openMailIn(config, {
      recipient: (secret, from) => this.#recipient(secret, from),
      take: async (name, mail) => {
        const source = this.#context.config().compiledSources.get(name);
        if (!source) return;
        const deps = {
          ...this.#context.deps,
          sources: () => this.#context.config().compiledSources,
          mappings: this.#context.mappings,
        };
        const input = { source: name, body: mail, headers: {}, way: 'mail' as const };
        await takeWebhook(deps, sourceActor(source), { ...input, idempotencyKey: mail.messageId.slice(0, 255) });
      },
      reply: async (token, mail, sender) => {
        const { deps, actions } = this.#context;
        const { from, subject, text, messageId, headers } = mail;
        await answerByMail(deps, actions, token, { sender, from, subject, text, messageId, headers });
      },
      failed: this.#failed,
    });
    this.#open = { as, ...opened };
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.close();
  }

  async #recipient(secret: string, from: string): Promise<MailRecipient | null> {
    if (secret === '') return null;
    const source = sourceBySecret(this.#context.config().compiledSources, 'mail', secret);
    if (!source) {
      if (this.#context.config().mail?.reply_to === undefined) return null;
      // Whoever is asked, the address either exists or does not: a sender is judged by what becomes of the mail.
      const page = await pageOfToken(this.#context.deps, this.#context.actions, secret);
      return page ? { token: secret, fine: true } : null;
    }
    const allowed = source.config.mail_from.map((entry) => entry.toLowerCase());
    const fine =
      allowed.length === 0 || allowed.some((entry) => (entry.startsWith('@') ? from.endsWith(entry) : from === entry));
    return { source: source.config.name, fine };
  }
}
