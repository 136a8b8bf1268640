import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import {
  Button,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
} from 'react-aria-components';
import { answered, api, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import { useText } from '../messages/language.js';
import field from '../parts/field.module.css';
import { Icon } from '../parts/icon.js';
import { searchOf } from '../parts/search-text.js';
import styles from '../parts/select.module.css';

type Tenant = Schemas['Tenant'];

interface Props {
  /** The slug of the tenant. */
  value: string | undefined;
  onChange: (slug: string | undefined) => void;
  isLabelHidden?: boolean;
  /** Whether the tenant is chosen at first if there is only one. */
  choosesOnly?: boolean;
  error?: string | null;
}

const maxChoices = 50;

/** The choice of a tenant by an operator, searched by the API. Without text, none is chosen. */
export function TenantPicker(props: Props): ReactNode {
  const { value, onChange, isLabelHidden = false, choosesOnly = false, error } = props;
  const t = useText();
  const [search, setSearch] = useState(value ?? '');
  const tenants = useTenantChoices(search);
  const choose = ({ slug }: Tenant): void => {
    setSearch(slug);
    onChange(slug);
  };
  useOnlyChoice(choosesOnly && value === undefined && search === '', tenants, choose);
  return (
    <ComboBox
      className={field['field']}
      items={tenants}
      inputValue={search}
      onInputChange={(text) => {
        setSearch(text);
        if (text === '' && value !== undefined) onChange(undefined);
      }}
      onChange={(key) => {
        const chosen = tenants.find(({ slug }) => slug === key);
        if (chosen !== undefined) choose(chosen);
      }}
      value={value ?? null}
      isInvalid={typeof error === 'string'}
      defaultFilter={() => true}
      allowsEmptyCollection
      menuTrigger="focus"
    >
      <Label className={isLabelHidden ? 'visually-hidden' : field['label']}>{t('tenants.one')}</Label>
      <div className={styles['combo']}>
        <Input className={field['input']} placeholder={t('tenants.one')} />
        <Button className={styles['trigger']}>
          <Icon name="chevron" />
        </Button>
      </div>
      <FieldError className={field['error']}>{error}</FieldError>
      <Choices />
    </ComboBox>
  );
}

function Choices(): ReactNode {
  const t = useText();
  return (
    <Popover className={styles['popover']} offset={4}>
      <ListBox<Tenant>
        className={styles['list']}
        renderEmptyState={() => <div className={styles['empty']}>{t('tenants.noMatch')}</div>}
      >
        {({ slug, name }) => (
          <ListBoxItem id={slug} textValue={slug} className={styles['item']}>
            <bdi>{slug}</bdi>
            {name !== slug && <bdi className={styles['note']}>{name}</bdi>}
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  );
}

/** Chooses the only tenant, once. */
function useOnlyChoice(isOpen: boolean, tenants: readonly Tenant[], choose: (tenant: Tenant) => void): void {
  const isDone = useRef(false);
  const only = tenants.length === 1 ? tenants[0] : undefined;
  useEffect(() => {
    if (isDone.current) return;
    if (!isOpen) isDone.current = true;
    else if (only !== undefined) choose(only);
  }, [isOpen, only, choose]);
}

function useTenantChoices(search: string): readonly Tenant[] {
  const { data = [] } = useQuery({
    queryKey: queryKeys.tenantList({ picked: search }),
    queryFn: async () => {
      const query = { limit: maxChoices, sort: 'slug' as const, ...searchOf(search) };
      return (await answered(api.GET('/v1/tenants', { params: { query } }))).items;
    },
    placeholderData: (previous) => previous,
  });
  return data;
}
