import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Note } from '../parts/note.js';
import { useFormats } from '../parts/use-formats.js';
import { checks } from '../test/checks.js';
import type { Explanation } from './use-explanation.js';

/** The answer that the handshake would get, and what to check. */
export function Verdict({
  explanation: { verdict, request, gatewayId },
}: {
  explanation: Explanation;
}): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const { allowed, status, code, detail, cause, limit, retryAfterSeconds } = verdict;
  const check = checks[code ?? ''];
  if (allowed)
    return <Note title={t('explain.allowed')}>{t('explain.allowed.by', { gateway: gatewayId })}</Note>;
  return (
    <Note tone="danger" title={t('explain.refused', { status, code: code ?? '' })}>
      {detail !== null && (
        <p>
          <bdi>{detail}</bdi>
        </p>
      )}
      {cause !== null && (
        <p>
          {t('explain.cause')}: <bdi>{cause}</bdi>
        </p>
      )}
      {limit !== null && <p>{t('explain.limit', { limit })}</p>}
      {retryAfterSeconds !== null && <p>{t('explain.retryAfter', { seconds: count(retryAfterSeconds) })}</p>}
      {check !== undefined && (
        <p>
          <strong>{t('explain.check')}: </strong>
          {t(check, { origin: request?.origins.join(', ') ?? '' })}
        </p>
      )}
    </Note>
  );
}
