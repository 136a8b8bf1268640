import { useState, type ReactNode } from 'react';
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { useText } from '../messages/language.js';
import field from '../parts/field.module.css';
import { Icon } from '../parts/icon.js';
import styles from '../parts/select.module.css';
import { useRoutes, type Route } from './use-handshake.js';

/** The choice of a route, searched by the API: a tenant may have 100,000. */
export function RoutePicker({ onPick }: { onPick: (route: Route) => void }): ReactNode {
  const t = useText();
  const [search, setSearch] = useState('');
  const { data: routes = [] } = useRoutes(search);
  return (
    <ComboBox
      className={field['field']}
      items={routes}
      inputValue={search}
      onInputChange={setSearch}
      onChange={(key) => {
        const route = routes.find(({ id }) => id === key);
        if (route === undefined) return;
        onPick(route);
        setSearch(route.name === '' ? placeOf(route) : route.name);
      }}
      defaultFilter={() => true}
      allowsEmptyCollection
      menuTrigger="focus"
    >
      <Label className={field['label']}>{t('test.route')}</Label>
      <div className={styles['combo']}>
        <Input className={field['input']} placeholder={t('test.route.placeholder')} />
        <Button className={styles['trigger']}>
          <Icon name="chevron" />
        </Button>
      </div>
      <Popover className={styles['popover']} offset={4}>
        <ListBox<Route>
          className={styles['list']}
          renderEmptyState={() => <div className={styles['empty']}>{t('test.route.none')}</div>}
        >
          {(route) => (
            <ListBoxItem id={route.id} textValue={route.name} className={styles['item']}>
              <bdi>{route.name}</bdi>
              <bdi className={styles['note']}>{placeOf(route)}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

function placeOf({ match: { host, path } }: Route): string {
  return `${host === '*' ? '' : host}${path}`;
}
