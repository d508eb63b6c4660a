/** The PromQL editor: completion, colours and linting from the server's own metrics. */
import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier], color: 'var(--major)' },
  { tag: tags.function(tags.variableName), color: 'var(--link)' },
  { tag: tags.labelName, color: 'var(--ok)' },
  { tag: [tags.string, tags.number], color: 'var(--minor)' },
  { tag: tags.comment, color: 'var(--quiet)' },
]);

interface EditorProps {
  value: string;
  label: string;
  onChange: (value: string) => void;
  onRun: () => void;
}

export function Editor({ value, label, onChange, onRun }: EditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ onChange, onRun });
  latest.current = { onChange, onRun };
  useEffect(() => {
    const language = new PromQLExtension().setComplete({ remote: { url: '', httpMethod: 'GET' } });
    const run = {
      key: 'Mod-Enter',
      run: () => {
        latest.current.onRun();
        return true;
      },
    };
    const editor = new EditorView({
      parent: box.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          history(),
          closeBrackets(),
          autocompletion(),
          language.asExtension(),
          syntaxHighlighting(COLOURS),
          Prec.highest(keymap.of([run])),
          // Tab is left to the page, so that the keyboard gets out of the editor.
          keymap.of([...completionKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap]),
          placeholder('sum by (city) (rate(…[5m]))'),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
    // The editor owns its text; what comes from the address is put in below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [label]);
  useEffect(() => {
    const editor = view.current;
    const text = editor?.state.doc.toString();
    if (editor === null || text === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  return <div ref={box} className="promql" />;
}
