import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { FormDialog } from '../parts/form-dialog.js';
import { Icon } from '../parts/icon.js';
import { Note } from '../parts/note.js';
import { ResourceName } from '../parts/resource-name.js';
import { Page } from '../shell/page.js';
import { useOpenTest } from '../test/use-open-test.js';
import { placeOf } from './place-of.js';
import { RouteEditor } from './route-editor.js';
import { readRoute, useDeleteRoute, useRoute, type RouteVersion } from './use-routes.js';

/** A route with its form. */
export function RoutePage(): ReactNode {
  const t = useText();
  const { tenant, route } = useParams({ from: '/routes/$tenant/$route' });
  const { data, error, refetch } = useRoute(tenant, route);
  const name = data === undefined ? t('app.loading') : data.route.name || placeOf(data.route);
  const intro = data && (
    <>
      <Link to="/routes">{t('routes.title')}</Link> /{' '}
      <ResourceName kind="tenant" tenantId={tenant} id={tenant} />
    </>
  );
  return (
    <Page title={name} intro={intro} actions={data && <TestButton route={data.route} />}>
      {error !== null && (
        <Note tone="danger" title={problemText(error, t)}>
          <div>
            <Button onPress={() => void refetch()}>{t('app.retry')}</Button>
          </div>
        </Note>
      )}
      {data !== undefined && (
        <RouteEditor key={route} opened={data} tenant={tenant} actions={<DeleteButton version={data} />} />
      )}
    </Page>
  );
}

function TestButton({ route }: { route: RouteVersion['route'] }): ReactNode {
  const t = useText();
  const openTest = useOpenTest();
  return (
    <Button isDisabled={!route.enabled} onPress={() => openTest(route)}>
      <Icon name="test" />
      {t('routes.test')}
    </Button>
  );
}

/** The form of a new route. */
export function NewRoutePage(): ReactNode {
  const t = useText();
  const { tenant } = useSearch({ from: '/routes/new' });
  return (
    <Page title={t('routes.create')} intro={<Link to="/routes">{t('routes.title')}</Link>}>
      <RouteEditor opened={null} tenant={tenant} />
    </Page>
  );
}

function DeleteButton({ version }: { version: RouteVersion }): ReactNode {
  const t = useText();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const { mutate, error, isPending } = useDeleteRoute();
  const { tenantId, id, name } = version.route;
  // The current version: the user confirms its deletion, even after edits on this page.
  const remove = async (): Promise<void> => {
    const current = await readRoute(tenantId, id).catch(() => version);
    mutate(current, { onSuccess: () => void navigate({ to: '/routes' }) });
  };
  return (
    <>
      <Button look="danger" onPress={() => setOpen(true)}>
        {t('routes.delete')}
      </Button>
      {isOpen && (
        <FormDialog
          title={t('routes.delete.title')}
          action={t('routes.delete')}
          isDanger
          isPending={isPending}
          onClose={() => setOpen(false)}
          onSubmit={() => void remove()}
        >
          <p>
            <bdi>
              <strong>{name}</strong>
            </bdi>{' '}
            <code>{placeOf(version.route)}</code>
          </p>
          <p>{t('routes.delete.text')}</p>
          {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
        </FormDialog>
      )}
    </>
  );
}
