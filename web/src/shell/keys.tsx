/** Keys: `g` and a letter goes places, `?` shows them all. Nothing fires while a person types or a dialog is open. */
import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../language/index.ts';
import { PLACES } from './place.ts';
import './style/keys.css';

const SEQUENCE = 1200;

/** What is shown in the list, besides the ways to the places. */
const KEYS = [
  ['palette', 'Ctrl', 'K'],
  ['accept', 'a'],
  ['update', 'u'],
  ['notify', 'm'],
  ['note', 'n'],
  ['observe', 'o'],
  ['rows', 'j', 'k'],
  ['help', '?'],
] as const;

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Calls back when a key is pressed outside fields and dialogs. */
export function useKey(key: string, act: (() => void) | null): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (latest.current === null || isTyping(event) || event.defaultPrevented || isSequence()) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, [key]);
}

/** Calls back on Ctrl or Cmd with a letter, while typing as well, but not over an open dialog. */
export function useChord(letter: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== letter || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, [letter]);
}

/** Moves from row to row of whatever list the page shows. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main :is(a.list-row, button.list-row, .title-link)')];
  const present = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[present === -1 ? (by === 1 ? 0 : rows.length - 1) : present + by];
  next?.focus();
}

let sequenceAt = 0;
function isSequence(): boolean {
  return Date.now() - sequenceAt < SEQUENCE;
}

export function Keys() {
  const { t } = useWords();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  useKey('?', () => setOpened(true));
  useKey('j', () => step(1));
  useKey('k', () => step(-1));
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const place = isSequence() ? PLACES.find((each) => each.letter === event.key) : undefined;
      sequenceAt = event.key === 'g' ? Date.now() : 0;
      if (place === undefined) return;
      event.preventDefault();
      void navigate({ to: place.to });
    };
    // Before the single keys, so that "g a" is a way and not an acceptance.
    window.addEventListener('keydown', hear, true);
    return () => window.removeEventListener('keydown', hear, true);
  }, [navigate]);
  return (
    <Modal
      opened={opened}
      onClose={() => setOpened(false)}
      size="lg"
      title={<span className="strong">{t('keys.title')}</span>}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <dl className="key-list">
        {KEYS.map(([key, ...letters]) => (
          <div key={key}>
            <dt>
              {letters.map((letter) => (
                <kbd key={letter}>{letter}</kbd>
              ))}
            </dt>
            <dd>{t(`keys.${key}`)}</dd>
          </div>
        ))}
        {PLACES.map((place) => (
          <div key={place.key}>
            <dt>
              <kbd>g</kbd>
              <kbd>{place.letter}</kbd>
            </dt>
            <dd>{t(`nav.${place.key}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
