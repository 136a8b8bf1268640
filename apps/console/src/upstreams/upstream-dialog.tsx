import { useState, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText, type MessageKey } from '../messages/language.js';
import { Choice } from '../parts/choice.js';
import { FormDialog } from '../parts/form-dialog.js';
import { Note } from '../parts/note.js';
import { TextField } from '../parts/text-field.js';
import { useChangeUpstream, type Route, type RouteUpstream } from './use-upstreams.js';

/** An upstream of a route. */
export interface ChosenUpstream {
  route: Route;
  upstream: RouteUpstream;
}

const states = ['active', 'drain', 'down'] as const;

const effects: Readonly<Record<(typeof states)[number], MessageKey>> = {
  active: 'upstreams.effect.active',
  drain: 'upstreams.effect.drain',
  down: 'upstreams.effect.down',
};

/** Changes the weight and the state of one upstream, and nothing else of its route. */
export function UpstreamDialog({
  chosen: { route, upstream },
  onClose,
}: {
  chosen: ChosenUpstream;
  onClose: () => void;
}): ReactNode {
  const t = useText();
  const [weight, setWeight] = useState(String(upstream.weight));
  const [state, setState] = useState(upstream.state);
  const { mutate, error, isPending } = useChangeUpstream(route);
  const isNumber = /^\d{1,6}$/.test(weight);
  const submit = (): void => {
    if (isNumber) mutate({ url: upstream.url, weight: Number(weight), state }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={t('upstreams.edit.title')}
      action={t('form.save')}
      isPending={isPending}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>
        <bdi>
          <code>{upstream.url}</code>
        </bdi>
      </p>
      <TextField
        label={t('upstreams.weight')}
        hint={t('upstreams.weightHint')}
        inputMode="numeric"
        value={weight}
        onChange={setWeight}
        error={isNumber ? null : t('upstreams.weightInvalid')}
      />
      <Choice
        label={t('upstreams.state')}
        options={states.map((value) => ({ value, text: t(stateTexts[value]) }))}
        value={state}
        onChange={setState}
      />
      <Note>{t(effects[state])}</Note>
      {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
    </FormDialog>
  );
}

export const stateTexts: Readonly<Record<RouteUpstream['state'], MessageKey>> = {
  active: 'upstreams.state.active',
  drain: 'upstreams.state.drain',
  down: 'upstreams.state.down',
};
