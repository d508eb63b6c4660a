/** A verb of a person: sends it, shows what the server said, refreshes what it changed. */
import { Alert, Button, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { wordsOf } from '../access/call.ts';
import { queryClient } from '../access/query.ts';
import { useWords } from '../language/index.ts';
import { IconAlertOctagon, IconCheck } from './icon.ts';

export interface VerbOptions<Result> {
  /** What to tell when it is done. */
  done?: string;
  /** First elements of the query keys to ask again. */
  refresh: readonly string[];
  onDone?: (result: Result) => void;
  /** Whether a failure is shown as a notification; a dialog shows it itself. */
  announceFailure?: boolean;
}

/** Sends a verb; `run` starts it, `error` holds the server's words when it was refused. */
export function useVerb<Body, Result>(send: (body: Body) => Promise<Result>, options: VerbOptions<Result>) {
  const { t } = useWords();
  const mutation = useMutation<Result, Error, Body>({
    mutationFn: send,
    onSuccess: async (result) => {
      if (options.done !== undefined) {
        notifications.show({ message: options.done, color: 'teal', icon: <IconCheck size={16} />, autoClose: 4000 });
      }
      options.onDone?.(result);
      await Promise.all(options.refresh.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => {
      if (options.announceFailure !== false) {
        notifications.show({ title: t('state.refused'), message: wordsOf(error), color: 'red', autoClose: 10_000 });
      }
      // The refusal may come from an older version on screen, so what is true now is fetched again.
      for (const key of options.refresh) void queryClient.invalidateQueries({ queryKey: [key] });
    },
  });
  return { run: mutation.mutate, pending: mutation.isPending, error: mutation.error, reset: mutation.reset };
}

interface VerbDialogProps {
  opened: boolean;
  title: string;
  words?: string;
  submit: string;
  danger?: boolean;
  wide?: boolean;
  pending: boolean;
  error: Error | null;
  disabled?: boolean;
  onClose: () => void;
  onSubmit: () => void;
  children?: ReactNode;
}

/** A dialog around one verb: fields, the refusal if there was one, and two buttons. */
export function VerbDialog(props: VerbDialogProps) {
  const { t } = useWords();
  const form = useRef<HTMLFormElement>(null);
  const { opened } = props;
  useEffect(() => {
    // The words come first, not the button that closes: the dialog's trap puts the focus on what is marked so.
    if (!opened || form.current?.querySelector('[data-autofocus]') !== null) return;
    form.current
      .querySelector('textarea, input:is([type="text"], :not([type])):not([role], [readonly])')
      ?.setAttribute('data-autofocus', '');
  }, [opened]);
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={<span className="strong">{props.title}</span>}
      size={props.wide === true ? 'xl' : 'md'}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        ref={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          props.onSubmit();
        }}
      >
        {props.words === undefined ? null : <p className="quiet">{props.words}</p>}
        {props.children}
        <Refusal error={props.error} />
        <div className="dialog-foot">
          <Button variant="default" onClick={props.onClose}>
            {t('action.cancel')}
          </Button>
          <Button
            type="submit"
            loading={props.pending}
            disabled={props.disabled === true}
            {...(props.danger === true ? { color: '#b3191c' } : {})}
          >
            {props.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** The server's words when it refused. */
export function Refusal({ error }: { error: Error | null }) {
  const { t } = useWords();
  if (error === null) return null;
  return (
    <Alert color="red" variant="light" icon={<IconAlertOctagon size={18} />} title={t('state.refused')} role="alert">
      {wordsOf(error)}
    </Alert>
  );
}
