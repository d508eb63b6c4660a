/** Copies an address of this server, to be sent to a colleague. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { useWords } from '../language/index.ts';
import { IconCheck, IconLink } from './icon.ts';

export function CopyLink({ path }: { path: string }) {
  const { t } = useWords();
  return (
    <CopyButton value={`${window.location.origin}${path}`} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={t(copied ? 'action.copied' : 'action.copyLink')}>
          <ActionIcon variant="subtle" color="ink" size="sm" aria-label={t('action.copyLink')} onClick={copy}>
            {copied ? <IconCheck size={15} /> : <IconLink size={15} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
