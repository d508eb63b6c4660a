import type { Silence } from '../../alert/alert.ts';
import { ALERT_FACTS } from '../../alert/index.ts';
import { systemActor } from '../../core/actor.ts';
import type { Entry } from '../../core/journal.ts';
import type { Deps } from '../../core/transaction.ts';
import { DONE, mustHold, type Handler } from '../../core/work.ts';
import { ACTION_FACTS, ACTION_WORK } from '../facts.ts';
import type { Person } from '../nouns.ts';
import { oneLine } from '../page/text.ts';
import { textOf } from '../payload.ts';
import type { ActionTx } from '../ports.ts';
import type { ActionServices, ActionSetting } from '../services.ts';

/**
 * Tells the author of a silence by e-mail that it ends, ended, or keeps quiet what would page somebody. Nobody is woken
 * for it: it is no page. Where the author has no address, that is written instead.
 */
export function tellAuthor(deps: Deps<ActionTx>, services: ActionServices): Handler<ActionTx> {
  return {
    kind: ACTION_WORK.tellAuthor,
    async outside(item) {
      const { entry, silence } = await deps.store.read(async (tx) => {
        const found = await tx.journal.byId(textOf(item, 'entryId'));
        return { entry: found, silence: found && (await tx.alerts.silence(found.subject.id)) };
      });
      if (!entry || !silence) return () => Promise.resolve(DONE);
      const setting = services.setting();
      const person = authorOf(setting.people, silence);
      const channel = services.channel('email');
      const told = person?.email != null && channel !== null;
      if (told) {
        mustHold(item, deps.clock.now());
        await channel.send({
          key: `silence-${entry.id}`,
          to: person.email!,
          subject: oneLine(`[${setting.name}] ${subjectOf(entry)}`, 200),
          text: letter(setting, entry, silence),
          thread: `silence-${silence.id}`,
        });
      }
      return async (tx) => {
        await tx.journal.append({
          actor: systemActor('action'),
          fact: ACTION_FACTS.authorTold,
          subject: { kind: 'silence', id: silence.id },
          causeId: entry.id,
          summary: told
            ? `${person.name} was told by e-mail: ${entry.summary}`
            : `${silence.createdBy} could not be told: ${person ? 'there is no e-mail address, or no way out for e-mail' : 'nobody under people has this name or account'}.`,
          reason: told ? 'author-of-the-silence' : 'author-not-reached',
        });
        return DONE;
      };
    },
  };
}

/** The author among the people: by account or id, else by the name that was given. */
function authorOf(people: readonly Person[], { authorId, createdBy }: Silence): Person | null {
  const name = createdBy.trim().toLowerCase();
  const byName = (person: Person): boolean =>
    [person.id, person.name, person.email, person.account].some((one) => one?.toLowerCase() === name);
  return (
    people.find(({ id, account }) => authorId !== null && (account === authorId || id === authorId)) ??
    people.find(byName) ??
    null
  );
}

function subjectOf({ fact }: Entry): string {
  if (fact === ALERT_FACTS.silenceEnding) return 'Your silence ends soon';
  if (fact === ALERT_FACTS.silenceCovers) return 'Your silence keeps a page quiet';
  return 'Your silence has ended';
}

function letter(setting: ActionSetting, entry: Entry, silence: Silence): string {
  const { alerts } = entry.data;
  const named = Array.isArray(alerts) ? alerts.filter((one) => typeof one === 'string') : [];
  return [
    oneLine(entry.summary, 1000),
    ...named.map((words) => `- ${oneLine(words, 200)}`),
    '',
    `You wrote: ${oneLine(silence.comment, 500)}`,
    `It ends at ${new Date(silence.endsAt).toISOString()}. What still fires then is told.`,
    '',
    `Change or end it: ${setting.url.replace(/\/+$/, '')}/alerts`,
  ].join('\n');
}
