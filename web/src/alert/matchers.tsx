/** Which alerts are meant: label by label. */
import { ActionIcon, Button, Input, NativeSelect, TextInput } from '@mantine/core';
import type { Matcher } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { IconPlus, IconX } from '../shell/icon.ts';
import './alert.css';

const SIGNS = ['=', '!=', '=~', '!~'] as const;
type Sign = (typeof SIGNS)[number];

function signOf(matcher: Matcher): Sign {
  if (matcher.isRegex) return matcher.isEqual ? '=~' : '!~';
  return matcher.isEqual ? '=' : '!=';
}

/** Whether every matcher names a label and something to compare with. */
export function complete(matchers: readonly Matcher[]): boolean {
  return matchers.length > 0 && matchers.every((each) => each.name.trim() !== '' && each.value.trim() !== '');
}

export function Matchers({ value, onChange }: { value: Matcher[]; onChange: (value: Matcher[]) => void }) {
  const { t } = useWords();
  const change = (index: number, part: Partial<Matcher>) =>
    onChange(value.map((each, at) => (at === index ? { ...each, ...part } : each)));
  return (
    <Input.Wrapper label={t('alert.matchers')} labelElement="div">
      <div className="stack" style={{ gap: 6 }}>
        {value.map((matcher, index) => (
          <div key={index} className="matcher">
            <TextInput
              aria-label={t('alert.matcherName')}
              placeholder="service"
              value={matcher.name}
              onChange={(event) => change(index, { name: event.currentTarget.value })}
            />
            <NativeSelect
              aria-label={t('alert.matcherSign')}
              data={[...SIGNS]}
              value={signOf(matcher)}
              onChange={(event) => {
                const sign = event.currentTarget.value;
                change(index, { isRegex: sign.endsWith('~'), isEqual: !sign.startsWith('!') });
              }}
            />
            <TextInput
              aria-label={t('alert.matcherValue')}
              value={matcher.value}
              onChange={(event) => change(index, { value: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="ink"
              aria-label={t('alert.matcherDrop')}
              disabled={value.length === 1}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            >
              <IconX size={16} />
            </ActionIcon>
          </div>
        ))}
        <Button
          variant="subtle"
          color="ink"
          size="xs"
          style={{ justifySelf: 'start' }}
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...value, { name: '', value: '', isRegex: false, isEqual: true }])}
        >
          {t('alert.matcherAdd')}
        </Button>
      </div>
    </Input.Wrapper>
  );
}
