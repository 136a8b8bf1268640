import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { withoutSecrets, type ExplainSearch } from './explain-search.js';
import { headerFieldsIn } from '../parts/header-lines.js';
import type { Question } from './use-explanation.js';

/** The form of the explain page, and the last question. */
export interface QuestionForm {
  fields: ExplainSearch;
  change: (change: ExplainSearch) => void;
  /** Null: nothing was asked yet. */
  question: Question | null;
  asked: number;
  areHeadersInvalid: boolean;
  ask: () => void;
}

/** Sends the question of a link at once, if the link has a URL. */
export function useQuestion(): QuestionForm {
  const navigate = useNavigate({ from: '/explain' });
  const linked = useSearch({ from: '/explain' });
  const [fields, setFields] = useState(linked);
  const [{ question, asked }, setAsked] = useState({ question: questionOf(linked), asked: 0 });
  return {
    fields,
    change: (change) => setFields({ ...fields, ...change }),
    question,
    asked,
    areHeadersInvalid: headerFieldsIn(fields.headers ?? '') === null,
    ask: () => {
      const next = questionOf(fields);
      if (next === null) return;
      setAsked({ question: next, asked: asked + 1 });
      void navigate({ search: withoutSecrets(fields), replace: true });
    },
  };
}

function questionOf({ url, method, headers, address, gateway }: ExplainSearch): Question | null {
  const fields = headerFieldsIn(headers ?? '');
  if (url === undefined || url.trim() === '' || fields === null) return null;
  return {
    url: url.trim(),
    headers: fields,
    ...(method && { method }),
    ...(address && { clientAddress: address.trim() }),
    ...(gateway && { gateway: gateway.trim() }),
  };
}
