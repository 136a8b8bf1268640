import { useState, type Dispatch, type ReactNode, type SetStateAction, type SubmitEvent } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Select } from '../parts/select.js';
import { TextField } from '../parts/text-field.js';
import { useSession } from '../session/use-session.js';
import { enderTexts } from './connection-columns.js';
import { enders, readConnectionsSearch, type ConnectionsSearch } from './connections-search.js';
import { groupTexts } from './group-texts.js';
import styles from './filters.module.css';

interface Props {
  search: ConnectionsSearch;
  onChange: (changes: ConnectionsSearch) => void;
}

const textFilters = ['tenant', 'route', 'key', 'clientIp', 'upstream', 'code'] as const;
type TextFilter = (typeof textFilters)[number];

const labels: Readonly<Record<TextFilter, MessageKey>> = {
  ...groupTexts,
  code: 'connections.code',
};

/** The filters of the list; they apply with Enter, when a field is left, or with the button. */
export function Filters({ search, onChange }: Props): ReactNode {
  const t = useText();
  const { kind } = useSession();
  const isClosed = search.view === 'closed';
  const [draft, setDraft] = useDraft(search);
  const shown: TextFilter[] = [
    ...(kind === 'apiKey' ? [] : (['tenant'] as const)),
    ...(['route', 'key', 'clientIp', 'upstream'] as const),
    ...(isClosed ? (['code'] as const) : []),
  ];
  const apply = (): void => {
    const { view, sort, endedBy } = search;
    onChange({ ...readConnectionsSearch({ ...draft }), view, sort, endedBy });
  };
  const clear = (): void => {
    const none = readConnectionsSearch({});
    setDraft(none);
    onChange({ ...none, view: search.view, sort: search.sort });
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    apply();
  };
  return (
    <form className={styles['filters']} onSubmit={submit} role="search">
      {shown.map((name) => (
        <TextField
          key={name}
          label={t(labels[name])}
          value={draft[name] ?? ''}
          onChange={(text) => setDraft({ ...draft, [name]: text })}
          onBlur={apply}
        />
      ))}
      {isClosed && <EndedBy value={search.endedBy} onChange={(endedBy) => onChange({ endedBy })} />}
      <Button type="submit">{t('connections.filter')}</Button>
      <Button look="quiet" onPress={clear}>
        {t('app.clear')}
      </Button>
    </form>
  );
}

/** What is typed; a link or another page that changes a filter changes its field. */
function useDraft(
  search: ConnectionsSearch,
): [ConnectionsSearch, Dispatch<SetStateAction<ConnectionsSearch>>] {
  const [draft, setDraft] = useState(search);
  const [known, setKnown] = useState(search);
  const changed = textFilters.filter((name) => search[name] !== known[name]);
  if (changed.length > 0) {
    setKnown(search);
    setDraft({ ...draft, ...Object.fromEntries(changed.map((name) => [name, search[name]])) });
  }
  return [draft, setDraft];
}

interface EndedByProps {
  value: ConnectionsSearch['endedBy'];
  onChange: (value: ConnectionsSearch['endedBy']) => void;
}

function EndedBy({ value, onChange }: EndedByProps): ReactNode {
  const t = useText();
  return (
    <Select
      label={t('connections.endedBy')}
      options={[
        { value: 'any', text: t('connections.endedBy.any') },
        ...enders.map((ender) => ({ value: ender, text: t(enderTexts[ender]) })),
      ]}
      value={value ?? 'any'}
      onChange={(ender) => onChange(ender === 'any' ? undefined : ender)}
    />
  );
}
