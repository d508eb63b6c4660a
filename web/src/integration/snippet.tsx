/** A text to be copied, with its title. */
import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useWords } from '../language/index.ts';
import { IconCheck, IconFileText } from '../shell/icon.ts';
import './integration.css';

export function Snippet({ title, text }: { title: string; text: string }) {
  const { t } = useWords();
  const clipboard = useClipboard({ timeout: 2000 });
  const label = `${clipboard.copied ? t('integration.copied') : t('integration.copy')}: ${title}`;
  return (
    <figure className="integration-snippet">
      <figcaption className="small quiet">
        {title}
        <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} onClick={() => clipboard.copy(text)}>
          {clipboard.copied ? <IconCheck size={16} /> : <IconFileText size={16} />}
        </ActionIcon>
      </figcaption>
      <pre className="integration-text" tabIndex={0}>
        {text}
      </pre>
    </figure>
  );
}
